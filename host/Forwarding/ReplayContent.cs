using System.Net;

namespace ClaudeProxy.Forwarding;

/// <summary>Sends a body as one attempt's content. The handler may run it more than once (an HTTP/2 GOAWAY does); every run sends the same bytes.</summary>
internal sealed class ReplayContent : HttpContent
{
    private readonly BodyBlocks _body;
    private readonly AttemptClock _clock;
    private readonly TimeSpan _writeTimeout;
    private readonly TimeProvider _timeProvider;

    /// <summary>Content of <paramref name="body"/>; each write must be taken within <paramref name="writeTimeout"/>, or <paramref name="clock"/>
    /// ends the attempt.</summary>
    public ReplayContent(BodyBlocks body, AttemptClock clock, TimeSpan writeTimeout, TimeProvider timeProvider)
    {
        (_body, _clock, _writeTimeout, _timeProvider) = (body, clock, writeTimeout, timeProvider);
        Headers.ContentLength = body.Length;
    }

    /// <summary>Whether any run has begun.</summary>
    public bool HasStarted { get; private set; }

    /// <inheritdoc />
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    /// <inheritdoc />
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        HasStarted = true;
        if (!_body.TryAddReference())
        {
            throw new InvalidOperationException("The request body is no longer needed.");
        }

        try
        {
            await WriteAsync(stream, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            _body.LeaveToCollector();
            throw;
        }
        finally
        {
            _body.Release();
        }
    }

    /// <inheritdoc />
    protected override bool TryComputeLength(out long length)
    {
        length = _body.Length;
        return true;
    }

    private async Task WriteAsync(Stream stream, CancellationToken cancellationToken)
    {
        // A write over HTTP/1.1 heeds no token; only the end of the whole attempt ends it.
        using var patience = new CancellationTokenSource(Timeout.InfiniteTimeSpan, _timeProvider);
        await using var _ = patience.Token.UnsafeRegister(static clock => ((AttemptClock)clock!).Cancel(), _clock).ConfigureAwait(false);
        foreach (var part in _body.Parts)
        {
            patience.CancelAfter(_writeTimeout);
            await stream.WriteAsync(part, cancellationToken).ConfigureAwait(false);
        }
    }
}
