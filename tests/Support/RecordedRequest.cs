using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ClaudeProxy.Tests.Support;

/// <summary>What an upstream was asked.</summary>
public sealed class RecordedRequest
{
    private readonly TaskCompletionSource _clientLeft = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal RecordedRequest(HttpContext context)
    {
        Method = context.Request.Method;
        RawTarget = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        Protocol = context.Request.Protocol;
        ConnectionId = context.Connection.Id;
        Headers = context.Request.Headers.ToDictionary(
            header => header.Key,
            header => (IReadOnlyList<string>)[.. header.Value.Select(value => value ?? "")],
            StringComparer.OrdinalIgnoreCase);
        Token = FindToken();
        context.RequestAborted.Register(_clientLeft.SetResult);
    }

    /// <summary>The method.</summary>
    public string Method { get; }

    /// <summary>Path and query as they came over the wire.</summary>
    public string RawTarget { get; }

    /// <summary><c>HTTP/1.1</c> or <c>HTTP/2</c>.</summary>
    public string Protocol { get; }

    /// <summary>The same for requests that came over the same connection.</summary>
    public string ConnectionId { get; }

    /// <summary>All headers with all their values; the names in any case.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Headers { get; }

    /// <summary>The credential, without its scheme; empty if there is none.</summary>
    public string Token { get; }

    /// <summary>The body; empty if it was not read.</summary>
    public byte[] Body { get; private set; } = [];

    /// <summary>The body as text.</summary>
    public string BodyText => Encoding.UTF8.GetString(Body);

    /// <summary>The body's hash, in hexadecimal.</summary>
    public string BodySha256 => Convert.ToHexString(SHA256.HashData(Body));

    /// <summary>Completes when the connection is lost before the answer is complete.</summary>
    public Task ClientLeft => _clientLeft.Task;

    /// <summary>The values of one header, joined by a comma; <see langword="null"/> if there is none.</summary>
    public string? Header(string name) => Headers.TryGetValue(name, out var values) ? string.Join(", ", values) : null;

    internal async Task ReadBodyAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        Body = body.ToArray();
    }

    private string FindToken()
    {
        var text = Header("x-api-key") ?? Header("x-goog-api-key") ?? Header("authorization") ?? "";
        return text.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? text["Bearer ".Length..] : text;
    }
}
