using ClaudeProxy.Chaos.Upstreams;

namespace ClaudeProxy.Chaos.Proxies;

/// <summary>nginx, tuned for the same task: it tries every account, for every failure that it knows, and passes answers on unbuffered.</summary>
internal static class NginxConfig
{
    /// <summary>The arguments, once the configuration is written.</summary>
    public static string[] Write(string folder, int port, IReadOnlyList<Upstream> upstreams, int attempts)
    {
        var servers = string.Concat(upstreams.SelectMany(upstream => upstream.AccountPorts)
            .Select(account => $"    server 127.0.0.1:{account} max_fails=1 fail_timeout=2s;\n"));
        var path = Path.Combine(folder, "nginx.conf");
        File.WriteAllText(path, $$"""
            daemon off;
            worker_processes auto;
            pid {{folder}}/nginx.pid;
            error_log {{folder}}/error.log crit;
            events { worker_connections 4096; }
            http {
              access_log off;
              client_body_temp_path {{folder}}/body;
              proxy_temp_path {{folder}}/proxy;
              fastcgi_temp_path {{folder}}/fastcgi;
              uwsgi_temp_path {{folder}}/uwsgi;
              scgi_temp_path {{folder}}/scgi;
              upstream accounts {
            {{servers}}    keepalive 64;
              }
              server {
                listen 127.0.0.1:{{port}} backlog=4096;
                client_max_body_size 64m;
                client_body_buffer_size 2m;
                keepalive_requests 1000000;
                location / {
                  proxy_pass http://accounts;
                  proxy_http_version 1.1;
                  proxy_set_header Connection "";
                  proxy_buffering off;
                  proxy_request_buffering on;
                  proxy_connect_timeout 1s;
                  proxy_read_timeout 3s;
                  proxy_next_upstream error timeout invalid_header http_403 http_429 http_500 http_502 http_503 http_504 non_idempotent;
                  proxy_next_upstream_tries {{attempts}};
                  proxy_next_upstream_timeout 30s;
                }
              }
            }
            """);
        return ["-p", folder, "-c", path];
    }
}
