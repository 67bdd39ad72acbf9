using ClaudeProxy.Floor;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

// floor PORT UPSTREAM_PORT [--inline]
var (port, upstream, isInline) = (int.Parse(args[0]), new Uri($"http://127.0.0.1:{args[1]}"), args.Contains("--inline"));

var builder = WebApplication.CreateSlimBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
builder.WebHost.ConfigureKestrel(kestrel =>
{
    kestrel.AddServerHeader = false;
    kestrel.Limits.MaxRequestBodySize = null;
});
builder.WebHost.UseSockets(sockets => sockets.UnsafePreferInlineScheduling = isInline);

using var forwarder = new Forwarder(upstream);
var app = builder.Build();
app.Run(forwarder.ForwardAsync);
await app.RunAsync();
