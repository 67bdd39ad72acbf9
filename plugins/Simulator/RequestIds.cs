namespace ClaudeProxy.Plugins.Simulator;

/// <summary>Ids that look like the API's and never repeat. Thread-safe.</summary>
/// <param name="seed">Sets them apart from those of other upstreams.</param>
internal sealed class RequestIds(int seed)
{
    private int _last;

    /// <summary>The next id, as <c>req_sim…</c> and, with its first letters changed, <c>msg_sim…</c>.</summary>
    public string Next(string prefix) => $"{prefix}_sim{seed:x8}{Interlocked.Increment(ref _last):x8}";
}
