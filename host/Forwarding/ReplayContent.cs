using System.Net;

namespace ClaudeProxy.Forwarding;

/// <summary>Sends a body as one attempt's content. The handler may run it more than once (an HTTP/2 GOAWAY does); every run sends the same bytes.</summary>
internal sealed class ReplayContent : HttpContent
{
    private readonly BodyBlocks _body;
    private readonly TimeSpan _writeTimeout;
    private readonly TimeProvider _timeProvider;

    /// <summary>Content of <paramref name="body"/>; each write must be taken within <paramref name="writeTimeout"/>.</summary>
    public ReplayContent(BodyBlocks body, TimeSpan writeTimeout, TimeProvider timeProvider)
    {
        (_body, _writeTimeout, _timeProvider) = (body, writeTimeout, timeProvider);
        Headers.ContentLength = body.Length;
    }

    /// <summary>Whether any run has begun.</summary>
    public bool HasStarted { get; private set; }

    /// <summary>Whether the upstream stopped taking the body.</summary>
    public bool HasStalled { get; private set; }

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
        using var stalled = new CancellationTokenSource(Timeout.InfiniteTimeSpan, _timeProvider);
        await using var _ = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), stalled).ConfigureAwait(false);
        try
        {
            foreach (var part in _body.Parts)
            {
                stalled.CancelAfter(_writeTimeout);
                await stream.WriteAsync(part, stalled.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            HasStalled = true;
            throw;
        }
    }
}
