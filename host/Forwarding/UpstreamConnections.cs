namespace ClaudeProxy.Forwarding;

/// <summary>One pool of connections to an upstream.</summary>
internal sealed class UpstreamConnections(HttpMessageInvoker invoker) : IDisposable
{
    /// <summary>Sends over the pool.</summary>
    public HttpMessageInvoker Invoker { get; } = invoker;

    /// <summary>Whether an answer has come over it: then a request that is lost may have met a connection that the upstream was just closing.</summary>
    public bool HaveServed { get; set; }

    /// <inheritdoc />
    public void Dispose() => Invoker.Dispose();
}
