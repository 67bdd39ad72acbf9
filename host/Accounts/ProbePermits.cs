namespace ClaudeProxy.Accounts;

/// <summary>The permits to probe that one lease holds: of the account, and of its upstream and its model where they rest too. Thread-safe.</summary>
internal sealed class ProbePermits
{
    /// <summary>No permit, for an account that needs none.</summary>
    public static ProbePermits None { get; } = new([]);

    private readonly (Cooldown Cooldown, long Permit)[] _held;
    private int _returned;

    private ProbePermits((Cooldown Cooldown, long Permit)[] held) => _held = held;

    /// <summary>Takes the permit of each of <paramref name="cooldowns"/>, or none: <see langword="null"/> if another request has one of them.</summary>
    public static ProbePermits? TryTake(IReadOnlyList<Cooldown> cooldowns, DateTimeOffset now)
    {
        var held = new (Cooldown Cooldown, long Permit)[cooldowns.Count];
        for (var i = 0; i < held.Length; i++)
        {
            held[i] = (cooldowns[i], cooldowns[i].TryTakeProbe(now));
            if (held[i].Permit == 0)
            {
                new ProbePermits(held[..i]).Return();
                return null;
            }
        }

        return new ProbePermits(held);
    }

    /// <summary>Gives all of them back, the first time it is called.</summary>
    public void Return()
    {
        if (_held.Length > 0 && Interlocked.Exchange(ref _returned, 1) == 0)
        {
            foreach (var (cooldown, permit) in _held)
            {
                cooldown.ReturnProbe(permit);
            }
        }
    }
}
