using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ClaudeProxy.Tests.EndToEnd;
using ClaudeProxy.Tests.Reload;
using ClaudeProxy.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ClaudeProxy.Tests.Stress;

/// <summary>An upstream with one account, which says what bytes it got and what bytes it sends, and dies and returns in many ways. Thread-safe.</summary>
internal sealed class StressUpstream : IAsyncDisposable
{
    /// <summary>Asks for an answer of so many bytes, or so many events.</summary>
    public const string AnswerSizeHeader = "x-answer-size";

    /// <summary>The request's number, in the request and again in its answer.</summary>
    public const string NumberHeader = "x-request-number";

    /// <summary>Hash of the body that the upstream got.</summary>
    public const string EchoHeader = "x-echo-sha256";

    /// <summary>Hash of the body that it sends.</summary>
    public const string AnswerHeader = "x-answer-sha256";

    private readonly ConcurrentDictionary<int, bool> _answering = new();
    private readonly string _account;
    private readonly FakeUpstream _upstream;
    private string _httpVersion = "";
    private volatile Mood _mood;
    private int _failed;
    private int _served;

    private StressUpstream(string account, FakeUpstream upstream)
    {
        (_account, _upstream) = (account, upstream);

        // It reads the bodies itself, or the test would keep them all.
        upstream.On($"token-{account}").Run(ServeAsync).Early();
    }

    /// <summary>How it answers.</summary>
    public enum Mood
    {
        Healthy,
        ServerError,
        RateLimited,
        RateLimitedEarly,
        Reset,
        ResetInTheBody,
        ErrorEvent,
        Refusing,
    }

    /// <summary>Requests that it failed on purpose.</summary>
    public int Failed => Volatile.Read(ref _failed);

    /// <summary>Requests that it served.</summary>
    public int Served => Volatile.Read(ref _served);

    public static async Task<StressUpstream> StartAsync(string account, HttpProtocols protocols = HttpProtocols.Http1) =>
        new(account, await FakeUpstream.StartAsync(protocols)) { _httpVersion = protocols == HttpProtocols.Http2 ? "2" : "1.1" };

    /// <summary>Its entry in the configuration.</summary>
    public JsonObject Server() => ProxyHarness.Server(_upstream, _account).With("http_version", _httpVersion);

    /// <summary>The client has got its answer to the request of that number, from whomever, or none.</summary>
    public void Ended(int number) => _answering.TryRemove(number, out _);

    /// <summary>Changes how it answers. Before it refuses connections, the answers on their way reach their clients: what is cut after its first
    /// byte is nothing that another account could mend.</summary>
    public async Task TurnAsync(Mood mood)
    {
        var before = _mood;
        _mood = mood == Mood.Refusing ? Mood.Reset : mood;
        if (mood == Mood.Refusing)
        {
            await Eventually.HoldsAsync(() => _answering.IsEmpty);
            await _upstream.RefuseAsync();
        }
        else if (before == Mood.Reset)
        {
            await _upstream.AcceptAsync();
        }
    }

    public ValueTask DisposeAsync() => _upstream.DisposeAsync();

    private async Task ServeAsync(HttpContext context)
    {
        var number = NumberOf(context.Request);
        _answering[number] = true;

        // Read after noting the number, so that nobody answers unseen.
        if (_mood is var mood && mood == Mood.Healthy)
        {
            await AnswerAsync(context, number);
            return;
        }

        try
        {
            await FailAsync(context, mood);
        }
        finally
        {
            Ended(number);
        }
    }

    private async Task FailAsync(HttpContext context, Mood mood)
    {
        Interlocked.Increment(ref _failed);
        var (request, response) = (context.Request, context.Response);
        if (mood == Mood.ResetInTheBody)
        {
            await request.Body.ReadExactlyAsync(new byte[512], context.RequestAborted);
        }
        else if (mood is Mood.ServerError or Mood.RateLimited or Mood.ErrorEvent)
        {
            await request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        }

        switch (mood)
        {
            case Mood.RateLimited or Mood.RateLimitedEarly:
                response.StatusCode = 429;
                response.Headers.RetryAfter = "1";
                await response.WriteAsync("""{"type":"error","error":{"type":"rate_limit_error","message":"Later."}}""");
                break;
            case Mood.ErrorEvent when IsStream(request):
                response.ContentType = "text/event-stream";
                await response.WriteAsync(Sse.Ping + Sse.Error("api_error", "No."));
                break;
            case Mood.ServerError or Mood.ErrorEvent:
                response.StatusCode = 500;
                await response.WriteAsync("""{"type":"error","error":{"type":"api_error","message":"No."}}""");
                break;
            default:
                context.Abort();
                break;
        }
    }

    private async Task AnswerAsync(HttpContext context, int number)
    {
        var (request, response) = (context.Request, context.Response);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[32 * 1024];
        for (int count; (count = await request.Body.ReadAsync(buffer, context.RequestAborted)) > 0;)
        {
            hash.AppendData(buffer, 0, count);
        }

        var size = int.Parse(request.Headers[AnswerSizeHeader]!, CultureInfo.InvariantCulture);
        var answer = IsStream(request) ? EventsOf(number, size) : BytesOf(number, size);
        response.ContentType = IsStream(request) ? "text/event-stream" : "application/json";
        response.ContentLength = IsStream(request) || number % 2 == 0 ? null : answer.Length;
        response.Headers[NumberHeader] = request.Headers[NumberHeader];
        response.Headers[EchoHeader] = Convert.ToHexString(hash.GetHashAndReset());
        response.Headers[AnswerHeader] = Convert.ToHexString(SHA256.HashData(answer));
        for (var sent = 0; sent < answer.Length;)
        {
            var part = answer.AsMemory(sent, Math.Min(answer.Length - sent, 1 + (number * 31 % 5_000)));
            await response.Body.WriteAsync(part, context.RequestAborted);
            await response.Body.FlushAsync(context.RequestAborted);
            sent += part.Length;
        }

        await response.CompleteAsync();
        Interlocked.Increment(ref _served);
    }

    private static int NumberOf(HttpRequest request) => int.Parse(request.Headers[NumberHeader]!, CultureInfo.InvariantCulture);

    private static bool IsStream(HttpRequest request) => request.Query.ContainsKey("stream");

    private static byte[] BytesOf(int seed, int size)
    {
        var bytes = new byte[size];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static byte[] EventsOf(int seed, int size)
    {
        var events = new StringBuilder(Sse.Event("message_start"));
        for (var i = 0; events.Length < size; i++)
        {
            events.Append(Sse.Event("content_block_delta", $$"""{"text":"{{Convert.ToBase64String(BytesOf(seed + i, 100))}}"}"""));
        }

        return Encoding.ASCII.GetBytes(events.Append(Sse.Event("message_stop")).ToString());
    }
}
