namespace ClaudeProxy.Policies;

/// <summary>A failover policy that a script decides. Thread-safe; dispose it to let the script unload.</summary>
/// <remarks>It passes on what the script throws, and null where the script returned nothing: the guard around it answers for both.</remarks>
internal sealed class ScriptedFailoverPolicy(CompiledScript<AttemptOutcome, FailoverDecision> script) : IFailoverPolicy, IDisposable
{
    /// <inheritdoc />
    public FailoverDecision Decide(AttemptOutcome outcome) => script.Invoke(outcome)!;

    /// <inheritdoc />
    public void Dispose() => script.Dispose();
}
