using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Extensions;

/// <summary>A load balancer that can be trusted: whatever the one inside does, every request gets its candidate in time.</summary>
/// <remarks>Three failures in a row set the balancer inside aside. Thread-safe.</remarks>
internal sealed class GuardedLoadBalancer(string name, ILoadBalancer inner, CallWatchdog watchdog, ILogger logger)
    : ExtensionGuard<BalancerQuestion, Candidate?>(
        "Load balancer", name, inner, inner is BuiltInLoadBalancer, watchdog, logger)
{
    /// <inheritdoc />
    protected override int ToleratedFailures => 3;

    /// <inheritdoc />
    protected override int ToleratedOverruns => 3;

    /// <summary>Whether it may let requests wait for the accounts that have their conversations in cache.</summary>
    public bool IsPatient { get; } = inner is IPatientLoadBalancer;

    /// <summary>Picks one of <paramref name="candidates"/>.</summary>
    /// <param name="request">What is known of the request.</param>
    /// <param name="candidates">The eligible accounts, at least one. The guard takes the list over, and gives it back to where it came from; but not
    /// after a balancer overran its time, for that may still be reading it.</param>
    /// <returns>One of the candidates, or <see langword="null"/> if the balancer declines them all.</returns>
    public ValueTask<Candidate?> PickAsync(RequestFacts request, IReadOnlyList<Candidate> candidates) => AskAsync(new BalancerQuestion(request, candidates));

    /// <summary>How long <paramref name="request"/> waits for an account that has its conversation in cache; not at all if the balancer fails.</summary>
    /// <param name="request">The request.</param>
    /// <param name="usableIn">When there is such an account again, or <see langword="null"/> if that is unknown.</param>
    public async ValueTask<TimeSpan> PatienceForAsync(RequestFacts request, TimeSpan? usableIn)
    {
        var patience = new PatienceQuestion(usableIn);
        await AskAsync(new BalancerQuestion(request, [], patience)).ConfigureAwait(false);
        return patience.Answer;
    }

    /// <inheritdoc />
    public override Candidate? CallExtension(BalancerQuestion arguments)
    {
        if (arguments.Patience is not { } patience)
        {
            return inner.Pick(arguments.Request, arguments.Candidates);
        }

        patience.Answer = inner is IPatientLoadBalancer patient ? patient.PatienceFor(arguments.Request, patience.UsableIn) : TimeSpan.Zero;
        return null;
    }

    /// <inheritdoc />
    public override Candidate? ChooseBuiltIn(BalancerQuestion arguments) =>
        BuiltInLoadBalancer.Instance.Pick(arguments.Request, arguments.Candidates);

    /// <inheritdoc />
    protected override string? FaultIn(BalancerQuestion arguments, Candidate? answer)
    {
        var isKnown = answer is null || (arguments.Candidates is CandidateList list ? list.Holds(answer) : arguments.Candidates.Contains(answer));
        return isKnown ? null : "picked an account that is not among the candidates";
    }

    /// <inheritdoc />
    public override void Finish(BalancerQuestion arguments) => (arguments.Candidates as CandidateList)?.Return();
}
