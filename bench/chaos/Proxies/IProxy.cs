namespace ClaudeProxy.Chaos.Proxies;

/// <summary>A proxy that runs in front of the upstreams. Dispose it to end it.</summary>
internal interface IProxy : IAsyncDisposable
{
    /// <summary>What the table calls it.</summary>
    string Name { get; }

    /// <summary>Where it listens.</summary>
    Uri Address { get; }
}
