using System.Collections.Concurrent;
using ClaudeProxy.Abstractions;
using ClaudeProxy.Plugins.Simulator;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ClaudeProxy.Tests.Support;

/// <summary>An upstream that answers each account as the test says, and keeps what it was asked. Thread-safe.</summary>
/// <example><code>upstream.On("token-a").Answer(429, retryAfter: "30").Then(200, "hello");</code></example>
public sealed class FakeUpstream : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, FakeAnswers> _answers = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly List<RecordedRequest> _requests = [];
    private TaskCompletionSource _arrival = NewSignal();
    private LoopbackServer _server = null!;

    private FakeUpstream()
    {
    }

    /// <summary>Scheme, host and port.</summary>
    public Uri Address => _server.Address;

    /// <summary>The requests so far, in the order of their arrival.</summary>
    public IReadOnlyList<RecordedRequest> Requests
    {
        get
        {
            lock (_lock)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>The tokens of the requests so far, in the order of their arrival.</summary>
    public IReadOnlyList<string> Attempts => [.. Requests.Select(request => request.Token)];

    /// <summary>Starts to listen.</summary>
    /// <param name="protocols">HTTP/1.1, or HTTP/2 with prior knowledge.</param>
    public static async Task<FakeUpstream> StartAsync(HttpProtocols protocols = HttpProtocols.Http1)
    {
        var upstream = new FakeUpstream();
        upstream._server = await LoopbackServer.StartAsync(upstream.HandleAsync, maxBodyBytes: null, protocols);
        return upstream;
    }

    /// <summary>How requests with <paramref name="token"/> are answered: 200 and their token, unless the test says otherwise.</summary>
    public FakeAnswers On(string token) => _answers.GetOrAdd(token, _ => new FakeAnswers(token));

    /// <summary>An account here, with the token <c>token-</c> and <paramref name="id"/>.</summary>
    public Account Account(string id) => Some.Account(id, Address);

    /// <summary>Waits until <paramref name="count"/> requests have arrived, and gives the last of them.</summary>
    public async Task<RecordedRequest> ReceivedAsync(int count)
    {
        while (true)
        {
            Task arrival;
            lock (_lock)
            {
                if (_requests.Count >= count)
                {
                    return _requests[count - 1];
                }

                arrival = _arrival.Task;
            }

            await arrival.InTime($"request {count} of {Address}");
        }
    }

    /// <summary>Aborts every connection and refuses new ones.</summary>
    public Task RefuseAsync() => _server.RefuseAsync();

    /// <summary>Listens again on the same port.</summary>
    public Task AcceptAsync() => _server.AcceptAsync();

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        var request = new RecordedRequest(context);
        var answer = On(request.Token).Next();
        if (answer.ReadsBody)
        {
            await request.ReadBodyAsync(context);
        }

        Record(request);
        await answer.Gate.WaitAsync(context.RequestAborted);
        await answer.RunAsync(context);
    }

    private void Record(RecordedRequest request)
    {
        TaskCompletionSource arrival;
        lock (_lock)
        {
            _requests.Add(request);
            arrival = _arrival;
            _arrival = NewSignal();
        }

        arrival.SetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
