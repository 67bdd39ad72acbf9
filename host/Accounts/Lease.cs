namespace ClaudeProxy.Accounts;

/// <summary>One request's hold on an account, from being picked to the last byte of the answer. Dispose it to let go. Thread-safe.</summary>
/// <remarks>Where the account, its upstream or its model is resting or half-open, the lease holds their permits to be probed. They come back
/// on every way out: at success, and otherwise when the lease is disposed.</remarks>
internal sealed class Lease : IDisposable
{
    private readonly ProbePermits _permits;
    private Allowance? _allowance;
    private long _mark;
    private int _disposed;

    private Lease(AccountState account, Placement placement, string? model, long began, ProbePermits permits)
    {
        (Account, Placement, Model, Began) = (account, placement, model, began);
        _permits = permits;
    }

    /// <summary>The account, and what is known of it.</summary>
    public AccountState Account { get; }

    /// <summary>What the account was, and where it stood, when it was picked: every attempt of the lease is made with this.</summary>
    public Placement Placement { get; }

    /// <summary>The upstream the account stood behind when it was picked.</summary>
    public UpstreamState Upstream => Placement.Upstream;

    /// <summary>The model it was picked for, or <see langword="null"/>.</summary>
    public string? Model { get; }

    /// <summary>Among how many usable accounts it was picked; 0 if nobody was usable, or it was given in the line.</summary>
    public int Candidates { get; set; }

    /// <summary>How long its request waited for an account that has its conversation in cache.</summary>
    public TimeSpan WaitedForCache { get; set; }

    /// <summary>The epoch in which the present attempt began.</summary>
    public long Began { get; private set; }

    /// <summary>Whether the account was resting when it was picked: nobody else was left.</summary>
    public bool IsLastResort { get; set; }

    /// <summary>Whether its requests count against the limits of its account.</summary>
    public bool IsCounted { get; private set; }

    /// <summary>Leases <paramref name="account"/>; null if there is no room, or somebody else is probing what must be probed.</summary>
    /// <param name="account">The account.</param>
    /// <param name="model">The model it is for, or <see langword="null"/>.</param>
    /// <param name="epoch">The order of leases.</param>
    /// <param name="now">The present time.</param>
    /// <param name="hasEntered">Whether the account counts the request already: it takes over the room of another lease.</param>
    public static Lease? TryTake(AccountState account, string? model, Epoch epoch, DateTimeOffset now, bool hasEntered = false)
    {
        var placement = account.Placement;
        var standing = account.StandingAt(now, model);
        if (standing.Tier == Tier.Unusable)
        {
            return null;
        }

        var isResting = standing.Tier != Tier.Usable || standing.IsHalfOpen;
        var permits = isResting ? ProbePermits.TryTake(ToProbe(account, placement.Upstream, model, now), now) : ProbePermits.None;
        if (permits is null)
        {
            return null;
        }

        if (hasEntered || account.TryEnter())
        {
            account.Use(now);
            return new Lease(account, placement, model, epoch.Next(), permits);
        }

        permits.Return();
        return null;
    }

    /// <summary>Counts the present attempt against the limits of its account, before an answer can.</summary>
    public void Count(DateTimeOffset now, double lowWater)
    {
        IsCounted = true;
        _allowance = Account.Allowances.Find(Model);
        _mark = _allowance?.Begin(now, lowWater) ?? 0;
    }

    /// <summary>The mark under which the present attempt was counted in <paramref name="allowance"/>, or <see langword="null"/> if it was not.</summary>
    public long? MarkIn(Allowance allowance) => ReferenceEquals(allowance, _allowance) ? _mark : null;

    /// <summary>Marks the beginning of another attempt on the same account.</summary>
    public void BeginAgain(Epoch epoch) => Began = epoch.Next();

    /// <summary>The account's answer is being passed on, so what rested before it began is usable again. True if the account itself recovered.</summary>
    public bool Succeed()
    {
        var recovered = Account.Cooldown.Succeed(Began) | Account.Models.Succeed(Model, Began);
        _permits.Return();
        if (recovered || _permits != ProbePermits.None)
        {
            Account.Line.Offer(Account);
        }

        return recovered;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _permits.Return();
            Account.Line.LeaseEnded(Account);
        }
    }

    private static List<Cooldown> ToProbe(AccountState account, UpstreamState upstream, string? model, DateTimeOffset now)
    {
        var cooldowns = new List<Cooldown>(4) { account.Cooldown };
        if (upstream.Cooldown.StandingAt(now) != Standing.Usable)
        {
            cooldowns.Add(upstream.Cooldown);
        }

        var (ofModel, ofClass) = account.Models.Find(model);
        foreach (var cooldown in (ReadOnlySpan<Cooldown?>)[ofModel, ofClass])
        {
            if (cooldown is not null && cooldown.StandingAt(now) != Standing.Usable)
            {
                cooldowns.Add(cooldown);
            }
        }

        return cooldowns;
    }
}
