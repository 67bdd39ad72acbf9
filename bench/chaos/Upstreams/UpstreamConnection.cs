using System.Globalization;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;
using ClaudeProxy.Chaos.Faults;

namespace ClaudeProxy.Chaos.Upstreams;

/// <summary>One connection to a simulated upstream: reads requests and answers them, well or badly. It speaks HTTP by itself, because a server
/// would not let it speak as badly as upstreams do.</summary>
internal sealed class UpstreamConnection(UpstreamContext context, NetworkStream stream, int? accountOfPort)
{
    private const int RestSeconds = 2;
    private static readonly TimeSpan s_slow = TimeSpan.FromMilliseconds(600);

    /// <summary>Answers one request after another.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(stream);
        while (await UpstreamRequest.ReadHeadAsync(reader, cancellationToken).ConfigureAwait(false) is { } request)
        {
            var (attempt, fault) = context.Arrive(accountOfPort ?? request.Account);
            if (request.WaitsForContinue)
            {
                await WriteAsync("HTTP/1.1 100 Continue\r\n\r\n", cancellationToken).ConfigureAwait(false);
            }

            var hash = await request.ReadBodyAsync(reader, cancellationToken).ConfigureAwait(false);
            await AnswerAsync(request, attempt, hash, fault, cancellationToken).ConfigureAwait(false);
        }
    }

    private Task AnswerAsync(UpstreamRequest request, string attempt, string hash, FaultKind? fault, CancellationToken cancellationToken) => fault switch
    {
        FaultKind.Refused or FaultKind.ResetBeforeHead => throw new ResetException(),
        FaultKind.ResetAfterHead => BreakAsync(request, attempt, hash, share: 0, BreakBy.Reset, cancellationToken),
        FaultKind.SilentAfterHead => BreakAsync(request, attempt, hash, share: 0, BreakBy.Silence, cancellationToken),
        FaultKind.CutMidway => BreakAsync(request, attempt, hash, share: 0.5, BreakBy.Reset, cancellationToken),
        FaultKind.EndsEarly => BreakAsync(request, attempt, hash, share: 0.5, BreakBy.End, cancellationToken),
        FaultKind.Stall => BreakAsync(request, attempt, hash, share: 0.5, BreakBy.Silence, cancellationToken),
        FaultKind.Hang => SilenceAsync(cancellationToken),
        FaultKind.RateLimited => ErrorAsync(429, "rate_limit_error", $"retry-after: {RestSeconds}\r\n", cancellationToken),
        FaultKind.Throttled => ErrorAsync(429, "rate_limit_error", "", cancellationToken),
        FaultKind.WindowRejected => ErrorAsync(429, "rate_limit_error", RejectedWindow(), cancellationToken),
        FaultKind.ServerError => ErrorAsync(500, "api_error", "", cancellationToken),
        FaultKind.BadGateway => WriteAsync(Head(502, "text/html", 26) + "<html>Bad Gateway</html>\r\n", cancellationToken),
        FaultKind.Unavailable => WriteAsync(Head(503, "text/plain", 0), cancellationToken),
        FaultKind.OverloadedFirstEvent when request.IsStreaming => StreamAsync(Answers.ErrorEvent("overloaded_error", "Overloaded"), cancellationToken),
        FaultKind.Overloaded or FaultKind.OverloadedFirstEvent => ErrorAsync(529, "overloaded_error", "", cancellationToken),
        FaultKind.Unauthorized => ErrorAsync(401, "authentication_error", "", cancellationToken),
        FaultKind.Forbidden => ErrorAsync(403, "permission_error", "", cancellationToken),
        FaultKind.Garbage => GarbageAsync(cancellationToken),
        FaultKind.Slow => ServeLateAsync(request, attempt, hash, cancellationToken),
        _ => ServeAsync(request, attempt, hash, cancellationToken),
    };

    private Task ServeAsync(UpstreamRequest request, string attempt, string hash, CancellationToken cancellationToken) => request.IsStreaming
        ? StreamAsync(Answers.Stream(request.Number, attempt, hash), cancellationToken)
        : MessageAsync(Answers.Message(request.Number, attempt, hash), cancellationToken);

    private async Task ServeLateAsync(UpstreamRequest request, string attempt, string hash, CancellationToken cancellationToken)
    {
        await Task.Delay(s_slow, context.Clock.TimeProvider, cancellationToken).ConfigureAwait(false);
        await ServeAsync(request, attempt, hash, cancellationToken).ConfigureAwait(false);
    }

    private async Task StreamAsync(string events, CancellationToken cancellationToken)
    {
        // In two parts, so that proxies see a stream that is not there as a whole.
        var middle = events.Length / 2;
        await WriteAsync(StreamHead + Chunk(events[..middle]), cancellationToken).ConfigureAwait(false);
        await WriteAsync(Chunk(events[middle..]) + "0\r\n\r\n", cancellationToken).ConfigureAwait(false);
    }

    private Task MessageAsync(string message, CancellationToken cancellationToken) =>
        WriteAsync(Head(200, "application/json", message.Length) + message, cancellationToken);

    private async Task BreakAsync(UpstreamRequest request, string attempt, string hash, double share, BreakBy by, CancellationToken cancellationToken)
    {
        var whole = request.IsStreaming ? Answers.Stream(request.Number, attempt, hash) : Answers.Message(request.Number, attempt, hash);
        var part = whole[..(int)(whole.Length * share)];
        var head = request.IsStreaming ? StreamHead : Head(200, "application/json", whole.Length);
        await WriteAsync(head + (request.IsStreaming ? Chunk(part) : part), cancellationToken).ConfigureAwait(false);
        switch (by)
        {
            case BreakBy.Silence:
                await SilenceAsync(cancellationToken).ConfigureAwait(false);
                break;
            case BreakBy.End when request.IsStreaming:
                await WriteAsync("0\r\n\r\n", cancellationToken).ConfigureAwait(false);
                break;
            default:
                await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
                throw new ResetException();
        }
    }

    private Task ErrorAsync(int status, string type, string headers, CancellationToken cancellationToken)
    {
        var body = Answers.Error(type, "Simulated.");
        return WriteAsync(Head(status, "application/json", body.Length, headers) + body, cancellationToken);
    }

    private async Task GarbageAsync(CancellationToken cancellationToken)
    {
        await WriteAsync("\u0016\u0003\u0001 this is no HTTP\r\n\r\n", cancellationToken).ConfigureAwait(false);
        throw new IOException("Closed after garbage.");
    }

    /// <summary>Until the other side leaves, which reading would notice.</summary>
    private async Task SilenceAsync(CancellationToken cancellationToken)
    {
        while (await stream.ReadAsync(new byte[1024], cancellationToken).ConfigureAwait(false) > 0)
        {
        }

        throw new IOException("The proxy has left.");
    }

    private Task WriteAsync(string text, CancellationToken cancellationToken) => stream.WriteAsync(Encoding.Latin1.GetBytes(text), cancellationToken).AsTask();

    private string RejectedWindow() => string.Create(
        CultureInfo.InvariantCulture,
        $"anthropic-ratelimit-unified-status: rejected\r\nanthropic-ratelimit-unified-reset: {context.Clock.TimeProvider.GetUtcNow().ToUnixTimeSeconds() + RestSeconds}\r\n");

    private const string StreamHead = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";

    private static string Head(int status, string type, int length, string headers = "") =>
        $"HTTP/1.1 {status} Simulated\r\ncontent-type: {type}\r\ncontent-length: {length}\r\n{headers}\r\n";

    private static string Chunk(string text) => text.Length == 0 ? "" : $"{text.Length:x}\r\n{text}\r\n";

    private enum BreakBy
    {
        Reset,
        End,
        Silence,
    }
}
