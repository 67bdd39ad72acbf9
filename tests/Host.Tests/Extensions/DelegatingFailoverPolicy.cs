using ClaudeProxy.Abstractions;

namespace ClaudeProxy.Tests.Extensions;

/// <summary>A policy that does what the test says.</summary>
internal sealed class DelegatingFailoverPolicy(Func<AttemptOutcome, FailoverDecision> decide, Action? dispose = null)
    : IFailoverPolicy, IDisposable
{
    private int _calls;

    public int Calls => Volatile.Read(ref _calls);

    public FailoverDecision Decide(AttemptOutcome outcome)
    {
        Interlocked.Increment(ref _calls);
        return decide(outcome);
    }

    public void Dispose() => dispose?.Invoke();
}
