using System.Collections.Concurrent;

namespace ClaudeProxy.Plugins.Simulator;

/// <summary>One credential of a simulated upstream, and what is to go wrong with it. Thread-safe.</summary>
/// <param name="id">Named in its answers.</param>
/// <param name="token">Its credential, accepted as <c>x-api-key</c> and as bearer token.</param>
/// <param name="workspace">Where it belongs.</param>
internal sealed class SimulatedAccount(string id, string token, SimulatedWorkspace workspace)
{
    private readonly ConcurrentQueue<SimulatedFault> _next = new();
    private int _messages;

    /// <summary>Named in its answers.</summary>
    public string Id { get; } = id;

    /// <summary>Its credential.</summary>
    public string Token { get; } = token;

    /// <summary>Where it belongs.</summary>
    public SimulatedWorkspace Workspace { get; } = workspace;

    /// <summary>How fast it answers; at once unless set.</summary>
    public Pace Pace { get; set; } = Pace.Immediate;

    /// <summary>What befalls every request until it is set to <see langword="null"/> again.</summary>
    public SimulatedFault? Always { get; set; }

    /// <summary>What befalls some requests for messages, by their number from 1; <see langword="null"/> for nothing.</summary>
    public Func<int, SimulatedFault?>? Flakiness { get; init; }

    /// <summary>Lets the next requests fail, one each, in this order.</summary>
    public void FailNext(params ReadOnlySpan<SimulatedFault> faults)
    {
        foreach (var fault in faults)
        {
            _next.Enqueue(fault);
        }
    }

    /// <summary>What befalls this request, or <see langword="null"/> if it is served.</summary>
    public SimulatedFault? TakeFault(bool isMessage)
    {
        // Counted even when another fault comes first, so that the n-th request stays the n-th.
        var flake = isMessage ? Flakiness?.Invoke(Interlocked.Increment(ref _messages)) : null;
        return _next.TryDequeue(out var next) ? next : Always ?? flake;
    }
}
