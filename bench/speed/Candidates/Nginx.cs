namespace ClaudeProxy.Speed.Candidates;

/// <summary>nginx, as one sets it up in front of an API.</summary>
internal sealed class Nginx : ICandidate
{
    /// <inheritdoc />
    public string Name => "nginx";

    /// <inheritdoc />
    public Launch Prepare(Setup setup)
    {
        var path = Path.Combine(setup.Folder, "nginx.conf");
        var root = Environment.IsPrivilegedProcess ? "user root;" : "";
        var servers = setup.Wanted.Ports.Select((port, i) =>
            $"    server 127.0.0.1:{port}{(!setup.Wanted.IsInOrder ? "" : i == 0 ? " max_fails=0" : " backup")};\n");
        var failover = setup.Wanted.IsInOrder
            ? "proxy_next_upstream error timeout invalid_header http_429 http_500 http_502 http_503 http_504 non_idempotent;"
            : "";

        // Answers unbuffered, or streams would come in lumps. Requests buffered, which is the default: without, nginx cannot ask another
        // upstream once it has begun to send; and in memory, for bodies of an API have some 100 KB and do not belong on a disk.
        File.WriteAllText(path, $$"""
            daemon off;
            {{root}}
            worker_processes 1;
            worker_rlimit_nofile 20000;
            pid {{setup.Folder}}/nginx.pid;
            error_log {{setup.Folder}}/error.log crit;
            events { worker_connections 19000; }
            http {
              access_log {{setup.Folder}}/access.log;
              client_body_temp_path {{setup.Folder}}/body;
              proxy_temp_path {{setup.Folder}}/proxy;
              fastcgi_temp_path {{setup.Folder}}/fastcgi;
              uwsgi_temp_path {{setup.Folder}}/uwsgi;
              scgi_temp_path {{setup.Folder}}/scgi;
              upstream accounts {
            {{string.Concat(servers)}}    keepalive 256;
                keepalive_requests 1000000;
              }
              server {
                listen 127.0.0.1:{{setup.Port}} backlog=4096;
                client_max_body_size 64m;
                client_body_buffer_size 1m;
                keepalive_requests 1000000;
                location / {
                  proxy_pass http://accounts;
                  proxy_http_version 1.1;
                  proxy_set_header Connection "";
                  proxy_buffering off;
                  proxy_request_buffering on;
                  proxy_read_timeout 600s;
                  {{failover}}
                }
              }
            }
            """);
        return new Launch("nginx", "-p", setup.Folder, "-c", path);
    }
}
