namespace ClaudeProxy.Policies;

/// <summary>A load balancer that a script decides. Thread-safe; dispose it to let the script unload.</summary>
/// <param name="script">The script.</param>
/// <param name="random">The script's source of chance; thread-safe.</param>
internal sealed class ScriptedLoadBalancer(CompiledScript<BalancingContext, Candidate> script, Random random) : ILoadBalancer, IDisposable
{
    /// <inheritdoc />
    public Candidate? Pick(RequestFacts request, IReadOnlyList<Candidate> candidates) =>
        script.Invoke(new BalancingContext(request, candidates, random));

    /// <inheritdoc />
    public void Dispose() => script.Dispose();
}
