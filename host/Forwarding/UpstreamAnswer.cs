using System.Net.Http.Headers;
using ClaudeProxy.Hosting;

namespace ClaudeProxy.Forwarding;

/// <summary>An answer of an upstream, of which nothing has gone to the client yet. Dispose it to give up the rest of it.</summary>
internal sealed class UpstreamAnswer : IAsyncDisposable
{
    private readonly HttpResponseMessage _message;
    private readonly Shared<UpstreamConnections> _connections;
    private Task<int>? _wait;

    /// <summary>Takes over all that the answer needs until its last byte.</summary>
    public UpstreamAnswer(HttpResponseMessage message, Stream body, AttemptClock clock, Shared<UpstreamConnections> connections, AnswerHead head)
    {
        (_message, Body, Clock, _connections, Head) = (message, body, clock, connections, head);
    }

    /// <summary>What its head says; nothing any more after <see cref="ForgetHead"/>.</summary>
    public AnswerHead Head { get; private set; }

    /// <summary>The status.</summary>
    public int Status => (int)_message.StatusCode;

    /// <summary>The headers about the message.</summary>
    public HttpHeadersNonValidated Headers => _message.Headers.NonValidated;

    /// <summary>The headers about the content.</summary>
    public HttpHeadersNonValidated ContentHeaders => _message.Content.Headers.NonValidated;

    /// <summary>Bytes of the body that were read already, to judge it; they go to the client first.</summary>
    public ReadOnlyMemory<byte> AlreadyRead { get; set; }

    /// <summary>Whether <see cref="AlreadyRead"/> is the whole body.</summary>
    public bool IsComplete { get; set; }

    /// <summary>The rest of the body.</summary>
    public Stream Body { get; }

    /// <summary>Follows the events of the body, if they can be followed; it has seen <see cref="AlreadyRead"/>.</summary>
    public SseScanner? Events { get; init; }

    /// <summary>Reads what the body says of tokens while it is passed on, if it is in one piece and they count.</summary>
    public MessageTokens? Tokens { get; set; }

    /// <summary>Cancels the reading.</summary>
    public AttemptClock Clock { get; }

    /// <summary>Lets go of the answer's head, once it has been passed on, and of the headers of the request it answers.</summary>
    public void ForgetHead()
    {
        Head = AnswerHead.None;
        _message.Headers.Clear();
        _message.Content.Headers.Clear();
        _message.RequestMessage?.Headers.Clear();
    }

    /// <summary>Waits until more of the body, or its end, can be read at once. It costs no memory. The result means nothing.</summary>
    public ValueTask<int> WaitForMoreAsync()
    {
        if (_wait is not { } wait)
        {
            return Body.ReadAsync(Memory<byte>.Empty, Clock.Token);
        }

        _wait = null;
        return new ValueTask<int>(wait);
    }

    /// <summary>The same for at most <paramref name="limit"/>; false if it is over. Whoever waits next goes on with the same wait.</summary>
    public async ValueTask<bool> WaitForMoreAsync(TimeSpan limit, TimeProvider timeProvider)
    {
        var wait = WaitForMoreAsync().AsTask();
        try
        {
            await wait.WaitAsync(limit, timeProvider).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            _wait = wait;
            return false;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        // Ends a wait that nobody is interested in any more.
        Clock.Cancel();
        await Body.DisposeAsync().ConfigureAwait(false);
        _message.Dispose();
        Clock.Dispose();
        Tokens?.Dispose();
        await _connections.Release().ConfigureAwait(false);
    }
}
