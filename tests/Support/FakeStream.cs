using System.Threading.Channels;
using Microsoft.AspNetCore.Http;

namespace ClaudeProxy.Tests.Support;

/// <summary>A stream that the test writes while it is being read. It serves one request.</summary>
public sealed class FakeStream
{
    private readonly Channel<Part> _parts = Channel.CreateUnbounded<Part>();
    private readonly TaskCompletionSource _clientLeft = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the head of the answer has been sent.</summary>
    public Task Started => _started.Task;

    /// <summary>Completes when the client leaves before the stream has ended.</summary>
    public Task ClientLeft => _clientLeft.Task;

    /// <summary>Sends text as it is; done when the system has taken it.</summary>
    public Task SendAsync(string text) => EnqueueAsync(async (context, cancellation) =>
    {
        await context.Response.WriteAsync(text, cancellation);
        await context.Response.Body.FlushAsync(cancellation);
    });

    /// <summary>Sends one event; done when the system has taken it.</summary>
    public Task SendEventAsync(string type, string data = "{}") => SendAsync(Sse.Event(type, data));

    /// <summary>Ends the stream cleanly.</summary>
    public void End() => _parts.Writer.Complete();

    /// <summary>Resets the connection, after what was sent.</summary>
    public Task ResetAsync() => EnqueueAsync((context, _) =>
    {
        context.Abort();
        return Task.CompletedTask;
    });

    internal async Task ServeAsync(HttpContext context)
    {
        if (_started.Task.IsCompleted)
        {
            throw new InvalidOperationException("A FakeStream serves one request, and this is the second.");
        }

        await using var leaving = context.RequestAborted.Register(() => _clientLeft.TrySetResult());
        context.Response.ContentType = "text/event-stream";
        await context.Response.Body.FlushAsync(context.RequestAborted);
        _started.TrySetResult();
        await foreach (var part in _parts.Reader.ReadAllAsync(context.RequestAborted))
        {
            await part.WriteAsync(context);
        }
    }

    private Task EnqueueAsync(Func<HttpContext, CancellationToken, Task> write)
    {
        var part = new Part(write);
        return _parts.Writer.TryWrite(part)
            ? part.Written.InTime("sending a part of a stream")
            : throw new InvalidOperationException("The stream has ended.");
    }

    private sealed class Part(Func<HttpContext, CancellationToken, Task> write)
    {
        private readonly TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Written => _written.Task;

        public async Task WriteAsync(HttpContext context)
        {
            try
            {
                await write(context, context.RequestAborted);
                _written.SetResult();
            }
            catch (Exception exception)
            {
                _written.SetException(exception);
                throw;
            }
        }
    }
}
