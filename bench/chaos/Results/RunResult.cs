using ClaudeProxy.Chaos.Clients;

namespace ClaudeProxy.Chaos.Results;

/// <summary>What one run showed.</summary>
/// <param name="Proxy">The proxy.</param>
/// <param name="Tally">What the clients got.</param>
/// <param name="Attempts">Requests that reached an upstream.</param>
/// <param name="Elapsed">How long it took.</param>
/// <param name="BenchedWithoutFault">Accounts that rested although nothing was wrong; <see langword="null"/> if the proxy does not tell.</param>
/// <param name="Recoveries">Times until recovered upstreams were in full use, in order.</param>
/// <param name="NeverRecovered">Upstreams that were not in full use in the time they had.</param>
internal sealed record RunResult(
    string Proxy, Tally Tally, long Attempts, TimeSpan Elapsed, IReadOnlyList<string>? BenchedWithoutFault, IReadOnlyList<TimeSpan> Recoveries, int NeverRecovered);
