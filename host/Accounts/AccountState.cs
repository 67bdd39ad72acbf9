namespace ClaudeProxy.Accounts;

/// <summary>An account and all that has been learnt of it; what balancers see as a <see cref="Candidate"/>. Thread-safe.</summary>
/// <remarks>Lives beside the generations: a reload that keeps the account's id keeps its state.</remarks>
internal sealed class AccountState : AccountLoad
{
    private volatile Placement _placement;
    private volatile string? _switchedOff;
    private volatile string? _disabled;
    private volatile Allowances _allowances;
    private readonly Epoch _epoch;

    public AccountState(Account account, UpstreamState upstream, WaitingLine line, Epoch epoch)
        : base(account.Id)
    {
        _placement = new Placement(account, upstream);
        Cooldown = new Cooldown(epoch);
        Models = new ModelCooldowns(epoch);
        Record = new AccountRecord(epoch);
        _allowances = new Allowances(epoch);
        _epoch = epoch;
        Line = line;
        Limit(account);
    }

    /// <summary>What the operator or source says of it now.</summary>
    public Account Account => _placement.Account;

    /// <summary>The upstream it stands behind.</summary>
    public UpstreamState Upstream => _placement.Upstream;

    /// <summary>Both, as they were at one moment.</summary>
    public Placement Placement => _placement;

    /// <summary>Its rests as a whole.</summary>
    public Cooldown Cooldown { get; }

    /// <summary>Its rests for single models and classes of models.</summary>
    public ModelCooldowns Models { get; }

    /// <summary>What it has done so far.</summary>
    public AccountRecord Record { get; }

    /// <summary>What is left of its limits; shared with the other accounts of its workspace.</summary>
    public Allowances Allowances
    {
        get => _allowances;
        set
        {
            _allowances = value;
            _epoch.Changed();
        }
    }

    /// <summary>The requests that wait for room, in it or another account.</summary>
    public WaitingLine Line { get; }

    /// <summary>The turns it may take while it recovers.</summary>
    public TurnCredit Turns { get; } = new();

    /// <summary>Why it must not be used, or <see langword="null"/>: set by a balance check.</summary>
    public string? SwitchedOff
    {
        get => _switchedOff;
        set
        {
            _switchedOff = value;
            Changed();
        }
    }

    /// <summary>Why a person has taken it out of use, or <see langword="null"/>. Survives reloads, not the end of the program.</summary>
    public string? Disabled => _disabled;

    /// <inheritdoc />
    public override TimeSpan? TimeToFirstByte => Record.TimeToFirstByte;

    /// <inheritdoc />
    public override double Headroom => _allowances.Share;

    /// <inheritdoc />
    public override string CacheId => Record.WorkspaceId ?? AccountId;

    /// <inheritdoc />
    public override IReadOnlyDictionary<string, string> Labels => _placement.Account.Labels;

    /// <summary>Takes over what the operator or source says now.</summary>
    public void Update(Account account, UpstreamState upstream)
    {
        var before = _placement;
        _placement = new Placement(account, upstream);
        Limit(account);
        _epoch.Changed();
        var isMended = account.Credential != before.Account.Credential || account.Upstream != before.Account.Upstream || upstream != before.Upstream;
        if (!isMended)
        {
            return;
        }

        Allowances = _allowances.Anew();

        // What failed may have been the credential or the address: the next request finds out, not the end of the rest.
        Cooldown.EndFault(DateTimeOffset.MinValue);
        Models.EndFaults(DateTimeOffset.MinValue);
    }

    /// <summary>Takes it out of use until <see cref="Enable"/>; requests in flight go on.</summary>
    /// <param name="reason">For people; never secret.</param>
    public void Disable(string reason)
    {
        _disabled = reason;
        Changed();
    }

    /// <summary>Ends what <see cref="Disable"/> began. A balance check that has switched it off is not overruled.</summary>
    public void Enable()
    {
        _disabled = null;
        Changed();
    }

    /// <summary>Forgets its rests, those for single models too, what is known of its limits, and its rows of failures. The rest of its upstream ends, but one request finds out
    /// first; what its source observed, or a person or a check switched off, stays.</summary>
    public void Reset()
    {
        Cooldown.Clear();
        Models.Clear();
        Upstream.Cooldown.End(DateTimeOffset.MinValue);
        Record.ForgetRows();
        Allowances.Clear();
        Line.Offer(this);
    }

    /// <summary>Whether nothing at all is in the way of any request, but perhaps that it has no room: most accounts, most of the time. That lasts until
    /// <see cref="Epoch.Changes"/>.</summary>
    public bool IsUnremarkable(DateTimeOffset now)
    {
        var placement = _placement;
        return placement.IsUnrestricted(now) && Cooldown.IsUntouched && placement.Upstream.Cooldown.IsUntouched && Models.AreUntouched
            && _allowances.ArePlenty(now) && _switchedOff is null && _disabled is null;
    }

    /// <summary>Until when it serves nobody, and need not be probed, unless <see cref="Epoch.Changes"/>; <paramref name="now"/> or earlier if that is not certain.</summary>
    public DateTimeOffset RestsUntil(DateTimeOffset now, TimeSpan probeInterval)
    {
        if (_switchedOff is not null || _disabled is not null)
        {
            return DateTimeOffset.MaxValue;
        }

        var standing = StandingOfWhole(_placement, now);
        if (standing.Tier == Tier.Usable || !Models.AreUntouched)
        {
            return now;
        }

        var probeDueAt = Cooldown.Limit is null ? DateTimeOffset.MaxValue : Cooldown.ProbeDueAt(probeInterval);
        return standing.Until < probeDueAt ? standing.Until : probeDueAt;
    }

    /// <summary>Where it stands for <paramref name="model"/>.</summary>
    public Standing StandingAt(DateTimeOffset now, string? model)
    {
        if (_switchedOff is not null || _disabled is not null)
        {
            return new Standing(Tier.Unusable, DateTimeOffset.MaxValue, false);
        }

        var placement = _placement;
        return StandingOfWhole(placement, now, model).And(_allowances.StandingAt(now, model)).And(Models.StandingAt(now, model));
    }

    /// <summary>Whether it may be given a request now: neither resting, nor half-open and being probed by another one.</summary>
    public bool IsUsable(DateTimeOffset now, string? model)
    {
        var standing = StandingAt(now, model);
        return standing.Tier == Tier.Usable && !(standing.IsHalfOpen && IsProbing(now, model));
    }

    /// <summary>How far it has come back for <paramref name="model"/> since its last rest, or its upstream's, from nearly 0 to 1.</summary>
    public double RecoveredShareAt(DateTimeOffset now, string? model, TimeSpan rampUp) => Math.Min(
        Math.Min(Cooldown.RecoveredShareAt(now, rampUp), Upstream.Cooldown.RecoveredShareAt(now, rampUp)),
        Models.RecoveredShareAt(now, model, rampUp));

    /// <summary>Whether it is time to look whether a long rate limit is over early.</summary>
    public bool IsProbeDue(DateTimeOffset now, string? model, TimeSpan interval) =>
        Cooldown.IsProbeDue(now, interval) || Models.IsProbeDue(now, model, interval);

    /// <summary>Whether a request is probing it, its upstream or its model, and keeps others out.</summary>
    public bool IsProbing(DateTimeOffset now, string? model) =>
        Cooldown.IsProbing(now) || Upstream.Cooldown.IsProbing(now) || Models.IsProbing(now, model);

    /// <summary>Whether it rests, or has yet to be confirmed, because its upstream could not be reached.</summary>
    public bool IsUnreached => Upstream.Cooldown.Fault is { IsTransport: true } || Cooldown.Fault is { IsTransport: true };

    /// <summary>The rests for <paramref name="model"/>, or those of the whole account if there is no model; <see langword="null"/> if too many models
    /// are resting already.</summary>
    public Cooldown? CooldownFor(string? model, DateTimeOffset now) => model is null ? Cooldown : Models.For(ModelClass.Only(model), now);

    private Standing StandingOfWhole(Placement placement, DateTimeOffset now, string? model = null)
    {
        var (account, upstream) = placement;
        Cooldown.ForgetTransportFault(upstream.RecoveredAt);
        return Standing.Of(account.Observed, now, model).And(Cooldown.StandingAt(now)).And(upstream.Cooldown.StandingAt(now));
    }

    private void Changed()
    {
        _epoch.Changed();
        Line.Offer(this);
    }
}
