using ClaudeProxy.Configuration;
using ClaudeProxy.Failover;
using ClaudeProxy.Forwarding;
using ClaudeProxy.Telemetry;
using Microsoft.AspNetCore.Http;

namespace ClaudeProxy.Relay;

/// <summary>Carries a committed answer to the client: bytes as they come, and an honest end. Nothing can fail over any more. Thread-safe.</summary>
internal static class ResponseRelay
{
    /// <summary>Large enough for a burst of events, below the large object heap; held only while bytes are there.</summary>
    private const int BufferSize = 16 * 1024;

    /// <summary>What is ready goes out together, but never more than this at once.</summary>
    private const int MostUnflushed = 64 * 1024;

    /// <summary>Relays <paramref name="result"/>.</summary>
    /// <param name="context">The client; its response may have been opened as a stream already.</param>
    /// <param name="result">The answer.</param>
    /// <param name="timeouts">How long the upstream may be silent, and the client hear nothing.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="stopping">Fires when the proxy cannot wait for streams any longer; the answer ends then.</param>
    public static async ValueTask<Ending> RelayAsync(
        HttpContext context, FailoverResult result, TimeoutOptions timeouts, TimeProvider timeProvider, CancellationToken stopping)
    {
        var answer = result.Answer!;
        if (!context.Response.HasStarted)
        {
            ResponseHead.Write(context.Response, result);
            await context.Response.StartAsync(context.RequestAborted).ConfigureAwait(false);
        }

        var ending = Ending.Complete;
        if (answer.IsComplete && HasBody(context, answer))
        {
            ending = await SendWholeAsync(context, answer).ConfigureAwait(false);
        }
        else if (HasBody(context, answer))
        {
            var clock = new StreamClock(answer, context.Response.BodyWriter, timeouts.Idle, timeouts.KeepAlive, timeProvider);
            await using var _ = clock.ConfigureAwait(false);
            ending = await CopyAsync(context, answer, clock, stopping).ConfigureAwait(false);
        }

        if (ending is Ending.Complete or Ending.ClientLeft)
        {
            return ending;
        }

        if (!await TryEndAsErrorAsync(context, answer, ending).ConfigureAwait(false))
        {
            // A cut answer must look cut.
            context.Abort();
        }

        return ending;
    }

    private static bool HasBody(HttpContext context, UpstreamAnswer answer) =>
        !HttpMethods.IsHead(context.Request.Method) && answer.Status is not (204 or 205 or 304);

    /// <summary>An answer that has been read to its end needs no clock.</summary>
    private static async ValueTask<Ending> SendWholeAsync(HttpContext context, UpstreamAnswer answer)
    {
        try
        {
            await context.Response.BodyWriter.WriteAsync(answer.AlreadyRead, context.RequestAborted).ConfigureAwait(false);
            return EndingOf(answer);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            return Ending.ClientLeft;
        }
    }

    /// <summary>How an answer ended whose last byte has come: a message without its end is broken.</summary>
    private static Ending EndingOf(UpstreamAnswer answer) =>
        answer.Events is { HasEnded: false } events && (events.HasMessage || !events.HasEvent) ? Ending.Broken : Ending.Complete;

    private static async Task<Ending> CopyAsync(HttpContext context, UpstreamAnswer answer, StreamClock clock, CancellationToken stopping)
    {
        var client = context.Response.BodyWriter;
        try
        {
            answer.Clock.Disarm();
            answer.AlreadyRead.CopyTo(client.GetMemory(answer.AlreadyRead.Length));
            client.Advance(answer.AlreadyRead.Length);
            var unflushed = answer.AlreadyRead.Length;

            // A stream stays for minutes, and there are thousands of them: what only its beginning needed is let go.
            answer.AlreadyRead = default;
            answer.ForgetHead();
            context.Request.Headers.Clear();
            while (true)
            {
                // Whatever is there, the head too, goes out before the wait.
                var ready = answer.WaitForMoreAsync();
                if (!ready.IsCompleted || unflushed >= MostUnflushed)
                {
                    clock.Stop();
                    var flushed = await client.FlushAsync(context.RequestAborted).ConfigureAwait(false);
                    clock.Sent();
                    unflushed = 0;
                    if (flushed.IsCompleted)
                    {
                        return Ending.ClientLeft;
                    }
                }

                clock.Wait();
                await ready.ConfigureAwait(false);
                await clock.TakeBackClientAsync().ConfigureAwait(false);
                var buffer = client.GetMemory(BufferSize);
                var count = await answer.Body.ReadAsync(buffer, answer.Clock.Token).ConfigureAwait(false);
                if (count == 0)
                {
                    break;
                }

                answer.Events?.Feed(buffer.Span[..count]);
                answer.Tokens?.Feed(buffer[..count]);
                client.Advance(count);
                unflushed += count;
            }

            await client.FlushAsync(context.RequestAborted).ConfigureAwait(false);
            return EndingOf(answer);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or HttpRequestException)
        {
            return context.RequestAborted.IsCancellationRequested ? Ending.ClientLeft
                : answer.Events is { HasEnded: true } ? Ending.Complete
                : stopping.IsCancellationRequested ? Ending.Stopped
                : answer.Clock.HasExpired ? Ending.Stalled
                : Ending.Broken;
        }
    }

    /// <summary>Ends a stream of the API with an error event; false if the answer is nothing that could carry one.</summary>
    private static async Task<bool> TryEndAsErrorAsync(HttpContext context, UpstreamAnswer answer, Ending ending)
    {
        if (answer.Events is not { } events || context.Response.ContentLength is not null)
        {
            return false;
        }

        var message = ending switch
        {
            Ending.Stalled => "The upstream stopped sending.",
            Ending.Stopped => "The proxy is stopping.",
            _ => "The upstream broke off the stream.",
        };
        try
        {
            await context.Response.BodyWriter.WriteAsync(StreamError.Event(message, events.IsBetweenLines), context.RequestAborted).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
