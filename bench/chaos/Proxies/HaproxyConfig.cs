using ClaudeProxy.Chaos.Upstreams;

namespace ClaudeProxy.Chaos.Proxies;

/// <summary>HAProxy, tuned for the same task: buffers as large as the largest request, without which it cannot send one again; a retry on another
/// account for every failure that it knows; accounts marked down when they fail, and up again when they take a connection.</summary>
internal static class HaproxyConfig
{
    /// <summary>The arguments, once the configuration is written.</summary>
    public static string[] Write(string folder, int port, IReadOnlyList<Upstream> upstreams, int attempts)
    {
        var servers = string.Concat(upstreams.SelectMany(upstream => upstream.AccountPorts)
            .Select(account => $"  server account-{account} 127.0.0.1:{account} check inter 2s fall 1 rise 1 observe layer7 error-limit 3 on-error mark-down\n"));
        var path = Path.Combine(folder, "haproxy.cfg");
        File.WriteAllText(path, $"""
            global
              maxconn 1024
              tune.bufsize 1200000
            defaults
              mode http
              timeout connect 1s
              timeout client 60s
              timeout server 3s
              timeout queue 30s
              timeout http-request 60s
              option http-keep-alive
              option http-buffer-request
              option redispatch 1
              retries {attempts - 1}
              retry-on conn-failure empty-response junk-response response-timeout 401 403 500 502 503 504
            frontend clients
              bind 127.0.0.1:{port}
              default_backend accounts
            backend accounts
              balance roundrobin
            {servers}
            """);
        return ["-f", path, "-db"];
    }
}
