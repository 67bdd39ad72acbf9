namespace ClaudeProxy.Forwarding;

/// <summary>One pool of connections to an upstream.</summary>
internal sealed class UpstreamConnections(HttpMessageInvoker invoker) : IDisposable
{
    /// <summary>Sends over the pool.</summary>
    public HttpMessageInvoker Invoker { get; } = invoker;

    /// <summary>The HTTP version of the last answer that came over it, or <see langword="null"/> if none has come.</summary>
    public Version? Spoken { get; set; }

    /// <summary>Whether an answer has come over it: then a request that is lost may have met a connection that the upstream was just closing.</summary>
    public bool HaveServed => Spoken is not null;

    /// <summary>Whether the upstream has refused to be asked before a large body is sent.</summary>
    public bool RefusesExpectation { get; set; }

    /// <inheritdoc />
    public void Dispose() => Invoker.Dispose();
}
