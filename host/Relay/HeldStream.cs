using Microsoft.AspNetCore.Http;

namespace ClaudeProxy.Relay;

/// <summary>Keeps the client of a streaming request company until its request is answered: while nothing has been sent for a while, the stream
/// is opened with a sign of life, and goes on with one now and then. Thread-safe.</summary>
/// <remarks>A stream that is open can no longer have a status, nor headers of the upstream; but nothing of an answer has been sent, so every
/// account may still serve it.</remarks>
internal sealed class HeldStream : IAsyncDisposable
{
    private readonly HttpContext _context;
    private readonly TimeSpan _keepAlive;
    private readonly Lock _lock = new();
    private readonly ITimer _timer;
    private Task _sign = Task.CompletedTask;
    private bool _isOver;

    /// <summary>Begins to count now.</summary>
    public HeldStream(HttpContext context, TimeSpan keepAlive, TimeProvider timeProvider)
    {
        (_context, _keepAlive) = (context, keepAlive);
        _timer = timeProvider.CreateTimer(static held => ((HeldStream)held!).Sign(), this, keepAlive, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Ends it: from now on the response belongs to whoever answers the request.</summary>
    public async ValueTask DisposeAsync()
    {
        Task sign;
        lock (_lock)
        {
            (_isOver, sign) = (true, _sign);
        }

        await _timer.DisposeAsync().ConfigureAwait(false);
        await sign.ConfigureAwait(false);
    }

    private void Sign()
    {
        lock (_lock)
        {
            if (_isOver)
            {
                return;
            }

            // A client that takes nothing gets no more.
            _sign = _sign.IsCompleted ? SignAsync() : _sign;
            _timer.Change(_keepAlive, Timeout.InfiniteTimeSpan);
        }
    }

    private async Task SignAsync()
    {
        try
        {
            if (!_context.Response.HasStarted)
            {
                _context.Response.ContentType = "text/event-stream; charset=utf-8";
                _context.Response.Headers.CacheControl = "no-cache";
            }

            await _context.Response.BodyWriter.WriteAsync(SignOfLife.BetweenEvents, _context.RequestAborted).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The client has left, which its request learns by itself.
        }
    }
}
