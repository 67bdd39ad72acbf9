namespace ClaudeProxy.Chaos.Faults;

/// <summary>A fault and when it is there.</summary>
/// <param name="Kind">What is wrong.</param>
/// <param name="Upstream">With which upstream, from 0.</param>
/// <param name="Account">With which of its accounts, from 0; <see langword="null"/> for all of it.</param>
/// <param name="From">Since when, from the begin of the run.</param>
/// <param name="To">Until when.</param>
internal sealed record Fault(FaultKind Kind, int Upstream, int? Account, TimeSpan From, TimeSpan To)
{
    /// <summary>Whether it strikes this account at this moment.</summary>
    public bool Strikes(int account, TimeSpan elapsed) => (Account is null || Account == account) && From <= elapsed && elapsed < To;
}
