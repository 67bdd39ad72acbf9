namespace ClaudeProxy.Accounts;

/// <summary>An account and all that has been learnt of it; what balancers see as a <see cref="Candidate"/>. Thread-safe.</summary>
/// <remarks>Lives beside the generations: a reload that keeps the account's id keeps its state.</remarks>
internal sealed class AccountState : Candidate
{
    private volatile Placement _placement;
    private volatile string? _switchedOff;
    private volatile string? _disabled;
    private volatile Allowances _allowances;
    private int _inFlight;
    private long _lastUsedTicks;

    public AccountState(Account account, UpstreamState upstream, WaitingLine line, Epoch epoch)
        : base(account.Id)
    {
        _placement = new Placement(account, upstream);
        Cooldown = new Cooldown(epoch);
        Models = new ModelCooldowns(epoch);
        Record = new AccountRecord(epoch);
        _allowances = new Allowances(epoch);
        Line = line;
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
        set => _allowances = value;
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
            Line.Offer(this);
        }
    }

    /// <summary>Why a person has taken it out of use, or <see langword="null"/>. Survives reloads, not the end of the program.</summary>
    public string? Disabled => _disabled;

    /// <inheritdoc />
    public override int Weight => _placement.Account.Weight;

    /// <inheritdoc />
    public override int InFlight => Volatile.Read(ref _inFlight);

    /// <inheritdoc />
    public override DateTimeOffset? LastUsed
    {
        get
        {
            var own = Volatile.Read(ref _lastUsedTicks);
            var observed = _placement.Account.Observed.LastUsed;
            return own == 0 ? observed : observed?.UtcTicks > own ? observed : new DateTimeOffset(own, TimeSpan.Zero);
        }
    }

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
        var isMended = account.Credential != before.Account.Credential || account.Upstream != before.Account.Upstream || upstream != before.Upstream;
        if (!isMended)
        {
            return;
        }

        _allowances = _allowances.Anew();

        // What failed may have been the credential or the address: the next request finds out, not the end of the rest.
        Cooldown.EndFault(DateTimeOffset.MinValue);
        Models.EndFaults(DateTimeOffset.MinValue);
    }

    /// <summary>Takes it out of use until <see cref="Enable"/>; requests in flight go on.</summary>
    /// <param name="reason">For people; never secret.</param>
    public void Disable(string reason)
    {
        _disabled = reason;
        Line.Offer(this);
    }

    /// <summary>Ends what <see cref="Disable"/> began. A balance check that has switched it off is not overruled.</summary>
    public void Enable()
    {
        _disabled = null;
        Line.Offer(this);
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

    /// <summary>Whether nothing at all is in the way of any request: most accounts, most of the time, and told in a few steps.</summary>
    public bool IsUnremarkable
    {
        get
        {
            var placement = _placement;
            return placement.IsUnrestricted && Cooldown.IsUntouched && placement.Upstream.Cooldown.IsUntouched && !Models.HasAny
                && _allowances.AreUnknown && _switchedOff is null && _disabled is null;
        }
    }

    /// <summary>Where it stands for <paramref name="model"/>.</summary>
    public Standing StandingAt(DateTimeOffset now, string? model)
    {
        if (_switchedOff is not null || _disabled is not null)
        {
            return new Standing(Tier.Unusable, DateTimeOffset.MaxValue, false);
        }

        var (account, upstream) = _placement;
        Cooldown.ForgetTransportFault(upstream.RecoveredAt);
        return Standing.Of(account.Observed, now, model).And(Cooldown.StandingAt(now)).And(upstream.Cooldown.StandingAt(now))
            .And(_allowances.StandingAt(now, model)).And(Models.StandingAt(now, model));
    }

    /// <summary>Whether the operator lets it serve <paramref name="model"/>; a request without a model is served by all.</summary>
    public bool Serves(string? model) => _placement.Account.Serves(model);

    /// <summary>Whether it serves the models that the tools of <paramref name="request"/> name, and none of them rests: they would fail the request as
    /// its own model would.</summary>
    public bool ServesTools(RequestFacts request, DateTimeOffset now)
    {
        var models = request.ToolModels;
        for (var i = 0; i < models.Count; i++)
        {
            if (!Serves(models[i]) || StandingAt(now, models[i]).Tier != Tier.Usable)
            {
                return false;
            }
        }

        return true;
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

    /// <summary>Whether it may take one more request.</summary>
    public bool HasRoom => _placement.Account.MaxConcurrency is not { } most || InFlight < most;

    /// <summary>The rests for <paramref name="model"/>, or those of the whole account if there is no model; <see langword="null"/> if too many models
    /// are resting already.</summary>
    public Cooldown? CooldownFor(string? model, DateTimeOffset now) => model is null ? Cooldown : Models.For(ModelClass.Only(model), now);

    /// <summary>Whether it serves more requests than it may: its limit was lowered.</summary>
    public bool IsOverfull => _placement.Account.MaxConcurrency is { } most && InFlight > most;

    /// <summary>Notes that it is given a request.</summary>
    public void Use(DateTimeOffset now) => Volatile.Write(ref _lastUsedTicks, now.UtcTicks);

    /// <summary>Counts one more request in flight; false if there is no room.</summary>
    public bool TryEnter(DateTimeOffset now)
    {
        var most = _placement.Account.MaxConcurrency ?? int.MaxValue;
        if (Interlocked.Increment(ref _inFlight) > most)
        {
            Interlocked.Decrement(ref _inFlight);
            return false;
        }

        return true;
    }

    /// <summary>Counts one request less.</summary>
    public void Leave() => Interlocked.Decrement(ref _inFlight);
}
