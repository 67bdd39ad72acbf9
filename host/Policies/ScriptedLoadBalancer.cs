namespace ClaudeProxy.Policies;

/// <summary>A load balancer that a script decides. Thread-safe; dispose it to let the script unload.</summary>
/// <param name="script">The script.</param>
/// <param name="random">The script's source of chance; thread-safe.</param>
internal sealed class ScriptedLoadBalancer(CompiledScript<BalancingContext, Candidate> script, Random random) : ILoadBalancer, IDisposable
{
    /// <summary>The script's file, as the operator wrote it.</summary>
    public string Path => script.Path;

    /// <summary>A short text that changes with what the file said, for people to tell versions apart.</summary>
    public string Version => script.Version;

    /// <inheritdoc />
    public Candidate? Pick(RequestFacts request, IReadOnlyList<Candidate> candidates) =>
        script.Invoke(new BalancingContext(request, candidates, random));

    /// <inheritdoc />
    public void Dispose() => script.Dispose();
}
