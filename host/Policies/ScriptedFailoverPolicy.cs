namespace ClaudeProxy.Policies;

/// <summary>A failover policy that a script decides. Thread-safe; dispose it to let the script unload.</summary>
/// <remarks>Passes on what the script throws, and null where it returned nothing: the guard around it answers for both.</remarks>
internal sealed class ScriptedFailoverPolicy(CompiledScript<AttemptOutcome, FailoverDecision> script) : IFailoverPolicy, IDisposable
{
    /// <summary>The script's file, as the operator wrote it.</summary>
    public string Path => script.Path;

    /// <summary>A short text that changes with what the file said, for people to tell versions apart.</summary>
    public string Version => script.Version;

    /// <inheritdoc />
    public FailoverDecision Decide(AttemptOutcome outcome) => script.Invoke(outcome)!;

    /// <inheritdoc />
    public void Dispose() => script.Dispose();
}
