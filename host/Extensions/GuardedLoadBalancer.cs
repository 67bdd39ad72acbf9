using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Extensions;

/// <summary>A load balancer that can be trusted: whatever the one inside does, every request gets its candidate in time.</summary>
/// <remarks>Three failures in a row set the balancer inside aside. Thread-safe.</remarks>
internal sealed class GuardedLoadBalancer(string name, ILoadBalancer inner, CallWatchdog watchdog, ILogger logger)
    : ExtensionGuard<(RequestFacts Request, IReadOnlyList<Candidate> Candidates), Candidate?>(
        "Load balancer", name, inner, inner is BuiltInLoadBalancer, watchdog, logger)
{
    /// <inheritdoc />
    protected override int ToleratedFailures => 3;

    /// <inheritdoc />
    protected override int ToleratedOverruns => 3;

    /// <summary>Picks one of <paramref name="candidates"/>.</summary>
    /// <param name="request">What is known of the request.</param>
    /// <param name="candidates">The eligible accounts, at least one. Do not change the list afterwards: a balancer that overran its
    /// time may still be reading it.</param>
    /// <returns>One of the candidates, or <see langword="null"/> if the balancer declines them all.</returns>
    public ValueTask<Candidate?> PickAsync(RequestFacts request, IReadOnlyList<Candidate> candidates) => AskAsync((request, candidates));

    /// <inheritdoc />
    public override Candidate? CallExtension((RequestFacts Request, IReadOnlyList<Candidate> Candidates) arguments) =>
        inner.Pick(arguments.Request, arguments.Candidates);

    /// <inheritdoc />
    public override Candidate? ChooseBuiltIn((RequestFacts Request, IReadOnlyList<Candidate> Candidates) arguments) =>
        BuiltInLoadBalancer.Instance.Pick(arguments.Request, arguments.Candidates);

    /// <inheritdoc />
    protected override string? FaultIn((RequestFacts Request, IReadOnlyList<Candidate> Candidates) arguments, Candidate? answer)
    {
        // By index: an enumerator would be an allocation for every request.
        var isKnown = answer is null;
        for (var index = 0; !isKnown && index < arguments.Candidates.Count; index++)
        {
            isKnown = ReferenceEquals(arguments.Candidates[index], answer);
        }

        return isKnown ? null : "picked an account that is not among the candidates";
    }
}
