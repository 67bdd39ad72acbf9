namespace ClaudeProxy.Abstractions;

/// <summary>Decides what happens after an attempt that was not served.</summary>
/// <remarks>
/// <para><b>Lifetime:</b> one instance per version of its file or configuration. Disposed afterwards if it implements
/// <see cref="IAsyncDisposable"/> or <see cref="IDisposable"/>.</para>
/// <para><b>Threading:</b> called concurrently by every in-flight request; must be thread-safe. Best a pure function.</para>
/// <para><b>Cost:</b> called once per attempt that ended in a failure or an answer of 400 or above. Must not block, await or do I/O.
/// A call that takes more than 50 milliseconds is given up, and the policy set aside for the built-in rules until it changes.</para>
/// <para><b>Failure:</b> let exceptions escape. The host logs them once and takes the built-in rules for this request.</para>
/// </remarks>
public interface IFailoverPolicy
{
    /// <summary>Decides on <paramref name="outcome"/>.</summary>
    /// <returns>The decision; never null.</returns>
    FailoverDecision Decide(AttemptOutcome outcome);
}
