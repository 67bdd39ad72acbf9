namespace ClaudeProxy.Plugins.SessionAffinity;

/// <summary>Weighted rendezvous hashing: every conversation has its own order of the accounts, the same in every process.</summary>
/// <remarks>The cheapest account comes first. An account that leaves moves only its own conversations, and each account gets a share of them as
/// its weight is. It is the usual score weight / -ln(u) turned round, with u between 0 and 1 made of conversation and account.</remarks>
internal static class Rendezvous
{
    /// <summary>A number for an account's id that is the same in every process.</summary>
    public static ulong HashOf(string accountId)
    {
        // FNV-1a, then mixed: ids often differ in their last character only.
        var hash = 0xCBF2_9CE4_8422_2325UL;
        foreach (var character in accountId)
        {
            hash = (hash ^ character) * 0x0000_0100_0000_01B3UL;
        }

        return Mix(hash);
    }

    /// <summary>What it costs to give <paramref name="conversation"/> to an account, or infinity if that is <paramref name="atMost"/> or more.</summary>
    /// <param name="conversation">The conversation.</param>
    /// <param name="account">The account's <see cref="HashOf"/>.</param>
    /// <param name="weight">The account's weight.</param>
    /// <param name="atMost">What is cheap enough to be told.</param>
    public static double CostOf(ulong conversation, ulong account, int weight, double atMost)
    {
        var unit = ((long)(Mix(conversation ^ account) >> 11) + 0.5) * (1.0 / (1UL << 53));

        // -ln(u) is at least 1 - u: most accounts are out without a logarithm.
        if (1 - unit >= atMost * weight)
        {
            return double.PositiveInfinity;
        }

        var cost = -Math.Log(unit) / weight;
        return cost < atMost ? cost : double.PositiveInfinity;
    }

    /// <summary>Spreads every bit over all others (the finalizer of SplitMix64).</summary>
    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58_476D_1CE4_E5B9UL;
        value = (value ^ (value >> 27)) * 0x94D0_49BB_1331_11EBUL;
        return value ^ (value >> 31);
    }
}
