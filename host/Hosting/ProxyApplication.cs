using ClaudeProxy.Endpoint;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ClaudeProxy.Hosting;

/// <summary>Joins the server to the endpoint. There is no pipeline between them: every request goes to the same place. Thread-safe.</summary>
internal sealed class ProxyApplication(ProxyEndpoint endpoint) : IHttpApplication<HttpContext>
{
    /// <inheritdoc />
    public HttpContext CreateContext(IFeatureCollection contextFeatures)
    {
        // The server keeps one context for each connection, if it is let.
        if (contextFeatures is not IHostContextContainer<HttpContext> container)
        {
            return new DefaultHttpContext(contextFeatures);
        }

        if (container.HostContext is DefaultHttpContext context)
        {
            context.Initialize(contextFeatures);
            return context;
        }

        container.HostContext = new DefaultHttpContext(contextFeatures);
        return container.HostContext;
    }

    /// <inheritdoc />
    public Task ProcessRequestAsync(HttpContext context) => endpoint.HandleAsync(context);

    /// <inheritdoc />
    public void DisposeContext(HttpContext context, Exception? exception) => ((DefaultHttpContext)context).Uninitialize();
}
