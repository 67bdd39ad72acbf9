using System.Net;

namespace ClaudeProxy.Forwarding;

/// <summary>Sends a body as one attempt's content. The handler may run it more than once (an HTTP/2 GOAWAY does); every run sends the same bytes.</summary>
internal sealed class ReplayContent : HttpContent
{
    private readonly BodyBlocks _body;
    private readonly RenamedBody? _renamed;
    private readonly AttemptClock _clock;
    private readonly TimeSpan _writeTimeout;
    private readonly TimeProvider _timeProvider;

    /// <summary>Content of <paramref name="body"/>; each write must be taken within <paramref name="writeTimeout"/>, or <paramref name="clock"/>
    /// ends the attempt.</summary>
    /// <param name="body">The body.</param>
    /// <param name="renamed">The body as it is sent instead, if its models bear other names at the upstream.</param>
    /// <param name="clock">The time of the attempt.</param>
    /// <param name="writeTimeout">How long one write may take.</param>
    /// <param name="timeProvider">The clock.</param>
    public ReplayContent(BodyBlocks body, RenamedBody? renamed, AttemptClock clock, TimeSpan writeTimeout, TimeProvider timeProvider)
    {
        (_body, _renamed, _clock, _writeTimeout, _timeProvider) = (body, renamed, clock, writeTimeout, timeProvider);
        Headers.ContentLength = renamed?.Length ?? body.Length;
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
        length = _renamed?.Length ?? _body.Length;
        return true;
    }

    private async Task WriteAsync(Stream stream, CancellationToken cancellationToken)
    {
        var count = _renamed?.Parts.Count ?? _body.Count;
        for (var i = 0; i < count; i++)
        {
            var write = stream.WriteAsync(_renamed is null ? _body[i] : _renamed.Parts[i], cancellationToken);
            if (!write.IsCompletedSuccessfully)
            {
                await WaitAsync(write).ConfigureAwait(false);
            }
        }
    }

    /// <summary>A write over HTTP/1.1 heeds no token; only the end of the whole attempt ends it.</summary>
    private async Task WaitAsync(ValueTask write)
    {
        using var patience = new CancellationTokenSource(_writeTimeout, _timeProvider);
        await using var _ = patience.Token.UnsafeRegister(static clock => ((AttemptClock)clock!).Cancel(), _clock).ConfigureAwait(false);
        await write.ConfigureAwait(false);
    }
}
