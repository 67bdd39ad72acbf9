namespace ClaudeProxy.Accounts;

/// <summary>One request's hold on an account, from being picked to the last byte of the answer. Dispose it to let go. Thread-safe.</summary>
/// <remarks>Where the account, its upstream or its model is resting or half-open, the lease holds their permits to be probed. They come back
/// on every way out: at success, and otherwise when the lease is disposed.</remarks>
internal sealed class Lease : IDisposable
{
    private readonly Cooldown?[] _permits;
    private int _disposed;

    private Lease(AccountState account, string? model, long began, Cooldown?[] permits, bool isLastResort)
    {
        (Account, Model, Began, IsLastResort) = (account, model, began, isLastResort);
        Upstream = account.Upstream;
        _permits = permits;
    }

    /// <summary>The account.</summary>
    public AccountState Account { get; }

    /// <summary>The upstream the account stood behind when it was picked.</summary>
    public UpstreamState Upstream { get; }

    /// <summary>The model it was picked for, or <see langword="null"/>.</summary>
    public string? Model { get; }

    /// <summary>The epoch in which the present attempt began.</summary>
    public long Began { get; private set; }

    /// <summary>Whether the account was resting, and was taken for lack of a better one.</summary>
    public bool IsLastResort { get; }

    /// <summary>Leases <paramref name="account"/>; null if there is no room, or somebody else is probing what must be probed.</summary>
    public static Lease? TryTake(AccountState account, string? model, Epoch epoch, DateTimeOffset now)
    {
        var standing = account.StandingAt(now, model);
        if (standing.Tier == Tier.Unusable)
        {
            return null;
        }

        var permits = NoPermits;
        if (standing.Tier != Tier.Usable || standing.IsHalfOpen)
        {
            permits = [account.Cooldown, NeedsProbe(account.Upstream.Cooldown, now), NeedsProbe(account.FindCooldownFor(model), now)];
            if (!TryTakeAll(permits))
            {
                return null;
            }
        }

        if (account.TryEnter(now))
        {
            return new Lease(account, model, epoch.Next(), permits, standing.Tier != Tier.Usable);
        }

        ReturnAll(permits);
        return null;
    }

    /// <summary>Marks the beginning of another attempt on the same account.</summary>
    public void BeginAgain(Epoch epoch) => Began = epoch.Next();

    /// <summary>The account's answer is being passed on, so what rested before it began is usable again. True if the account itself recovered.</summary>
    public bool Succeed()
    {
        Upstream.Answered(Began);
        var recovered = Account.Cooldown.Succeed(Began) | (Account.FindCooldownFor(Model)?.Succeed(Began) ?? false);
        ReturnAll(_permits);
        return recovered;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            ReturnAll(_permits);
            Account.Leave();
        }
    }

    private static readonly Cooldown?[] NoPermits = [];

    private static Cooldown? NeedsProbe(Cooldown? cooldown, DateTimeOffset now) =>
        cooldown is not null && cooldown.StandingAt(now) != Standing.Usable ? cooldown : null;

    private static bool TryTakeAll(Cooldown?[] permits)
    {
        for (var i = 0; i < permits.Length; i++)
        {
            if (permits[i] is { } permit && !permit.TryTakeProbe())
            {
                permits[i] = null;
                Array.Clear(permits, i, permits.Length - i);
                ReturnAll(permits);
                return false;
            }
        }

        return true;
    }

    private static void ReturnAll(Cooldown?[] permits)
    {
        for (var i = 0; i < permits.Length; i++)
        {
            Interlocked.Exchange(ref permits[i], null)?.ReturnProbe();
        }
    }
}
