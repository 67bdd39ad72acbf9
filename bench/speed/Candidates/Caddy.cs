namespace ClaudeProxy.Speed.Candidates;

/// <summary>Caddy, which streams both ways by itself.</summary>
internal sealed class Caddy(TimeProvider timeProvider) : ICandidate
{
    private static readonly TimeSpan s_rest = TimeSpan.FromMilliseconds(50);

    /// <inheritdoc />
    public string Name => "caddy";

    /// <inheritdoc />
    public Launch Prepare(Setup setup)
    {
        var path = Path.Combine(setup.Folder, "Caddyfile");

        // A request that was sent is sent again only if it is buffered and one says that its method may be repeated; and it goes
        // to another upstream only if the first one is left alone for a while, here as short as can be.
        var failover = !setup.Wanted.IsInOrder ? "" : $$"""
                lb_policy first
                lb_retries 2
                lb_try_interval 1ms
                fail_duration {{s_rest.TotalMilliseconds}}ms
                lb_retry_match {
                  method POST
                }
                buffer_requests
                max_buffer_size 2MiB
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
                  dial_timeout 10s
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

    /// <inheritdoc />
    public Task ForgetFailuresAsync(int port, CancellationToken cancellationToken) => Task.Delay(2 * s_rest, timeProvider, cancellationToken);
}
