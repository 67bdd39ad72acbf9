namespace ClaudeProxy.Speed.Candidates;

/// <summary>Caddy, which streams both ways by itself.</summary>
internal sealed class Caddy : ICandidate
{
    /// <inheritdoc />
    public string Name => "caddy";

    /// <inheritdoc />
    public Launch Prepare(Setup setup)
    {
        var path = Path.Combine(setup.Folder, "Caddyfile");

        // A request that was sent is sent again only if it is buffered and one says that its method may be repeated.
        var failover = !setup.Wanted.IsInOrder ? "" : """
                lb_policy first
                lb_retries 2
                lb_retry_match {
                  method POST
                }
                request_buffers 2MiB
            """;
        File.WriteAllText(path, $$"""
            {
              admin off
              auto_https off
            }
            http://127.0.0.1:{{setup.Port}} {
              bind 127.0.0.1
              log {
                output file {{setup.Folder}}/access.log
              }
              reverse_proxy {{string.Join(' ', setup.Wanted.Ports.Select(port => $"127.0.0.1:{port}"))}} {
            {{failover}}
                transport http {
                  keepalive_idle_conns 512
                  keepalive_idle_conns_per_host 512
                }
              }
            }
            """);
        return new Launch("caddy", "run", "--config", path, "--adapter", "caddyfile")
        {
            Environment = new Dictionary<string, string>
            {
                ["GOMAXPROCS"] = "1",
                ["XDG_CONFIG_HOME"] = setup.Folder,
                ["XDG_DATA_HOME"] = setup.Folder,
            },
        };
    }
}
