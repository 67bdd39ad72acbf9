namespace ClaudeProxy.Speed.Candidates;

/// <summary>HAProxy with one thread, and connections to the upstream shared by all clients.</summary>
internal sealed class Haproxy : ICandidate
{
    /// <inheritdoc />
    public string Name => "haproxy";

    /// <inheritdoc />
    public Launch Prepare(Setup setup)
    {
        var path = Path.Combine(setup.Folder, "haproxy.cfg");
        var failover = !setup.Wanted.IsInOrder ? "" : """
              option http-buffer-request
              option redispatch 1
              retries 2
              retry-on conn-failure empty-response junk-response response-timeout 500 502 503 504
              balance first
            """;

        // The log goes to the output, which is a file here: HAProxy opens none by itself.
        File.WriteAllText(path, $"""
            global
              nbthread 1
              maxconn 9000
              log stdout format raw local0
            defaults
              mode http
              log global
              option httplog
              option http-no-delay
              timeout connect 5s
              timeout client 600s
              timeout server 600s
            frontend clients
              bind 127.0.0.1:{setup.Port} backlog 4096
              default_backend accounts
            backend accounts
              http-reuse always
            {failover}
            {string.Concat(setup.Wanted.Ports.Select((port, i) => $"  server account-{i + 1} 127.0.0.1:{port}\n"))}

            """);
        return new Launch("haproxy", "-f", path, "-db");
    }
}
