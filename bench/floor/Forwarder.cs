using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace ClaudeProxy.Floor;

/// <summary>Forwards a request and its answer, streamed both ways, and nothing else: what Kestrel and SocketsHttpHandler cost by themselves. Thread-safe.</summary>
internal sealed class Forwarder(Uri upstream) : IDisposable
{
    private const int BufferSize = 16 * 1024;

    private readonly HttpMessageInvoker _invoker = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        UseProxy = false,
        ActivityHeadersPropagator = null,
    });

    /// <summary>Forwards one request.</summary>
    public async Task ForwardAsync(HttpContext context)
    {
        using var request = RequestOf(context.Request);
        using var response = await _invoker.SendAsync(request, context.RequestAborted);
        WriteHead(response, context.Response);

        await using var body = await response.Content.ReadAsStreamAsync(context.RequestAborted);
        var client = context.Response.BodyWriter;
        while (await body.ReadAsync(client.GetMemory(BufferSize), context.RequestAborted) is > 0 and var count)
        {
            client.Advance(count);
            await client.FlushAsync(context.RequestAborted);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _invoker.Dispose();

    private HttpRequestMessage RequestOf(HttpRequest request)
    {
        var message = new HttpRequestMessage(new HttpMethod(request.Method), new Uri(upstream, request.Path.Value + request.QueryString.Value));
        message.Content = request.ContentLength is > 0 || request.Headers.TransferEncoding.Count > 0 ? new StreamContent(request.Body) : null;
        foreach (var (name, values) in request.Headers)
        {
            if (!IsOfConnection(name) && !message.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
            {
                message.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
            }
        }

        return message;
    }

    private static void WriteHead(HttpResponseMessage from, HttpResponse to)
    {
        to.StatusCode = (int)from.StatusCode;
        foreach (var (name, values) in from.Headers.NonValidated.Concat(from.Content.Headers.NonValidated))
        {
            if (!IsOfConnection(name))
            {
                to.Headers[name] = values.Count == 1 ? values.ToString() : new StringValues([.. values]);
            }
        }
    }

    private static bool IsOfConnection(string name) =>
        name.Equals("Host", StringComparison.OrdinalIgnoreCase)
        || name.Equals("Connection", StringComparison.OrdinalIgnoreCase)
        || name.Equals("Keep-Alive", StringComparison.OrdinalIgnoreCase)
        || name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase);
}
