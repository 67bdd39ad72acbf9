namespace ClaudeProxy.Plugins.Simulator;

/// <summary>An upstream that speaks the Messages API on loopback and fails on command. Thread-safe.</summary>
/// <remarks>What goes wrong is said by the header <c>x-simulator-fault</c> of a request, by its account, or here for all of them.</remarks>
internal sealed class SimulatedUpstream : IAsyncDisposable
{
    private const long MaxBodyBytes = 32 * 1024 * 1024;

    private readonly CancellationTokenSource _disposing = new();
    private readonly Lock _lock = new();
    private readonly TimeProvider _timeProvider;
    private LoopbackServer _server = null!;
    private Task _reopening = Task.CompletedTask;

    private SimulatedUpstream(TimeProvider timeProvider) => _timeProvider = timeProvider;

    /// <summary>Scheme, host and port.</summary>
    public Uri Address => _server.Address;

    /// <summary>Starts to serve <paramref name="accounts"/>, whose tokens differ.</summary>
    public static async Task<SimulatedUpstream> StartAsync(IEnumerable<SimulatedAccount> accounts, TimeProvider timeProvider, Random random)
    {
        var upstream = new SimulatedUpstream(timeProvider);
        var byToken = accounts.ToDictionary(account => account.Token, StringComparer.Ordinal);
        var api = new MessagesApi(byToken, new FaultInjection(upstream.RefuseFor), new RequestIds(random.Next()), timeProvider);
        upstream._server = await LoopbackServer.StartAsync(api.HandleAsync, MaxBodyBytes);
        return upstream;
    }

    /// <summary>Aborts every connection and refuses new ones until <see cref="AcceptAsync"/>.</summary>
    public Task RefuseAsync() => _server.RefuseAsync();

    /// <summary>Listens again on the same port.</summary>
    public Task AcceptAsync() => _server.AcceptAsync();

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _disposing.CancelAsync();
        await _server.DisposeAsync();
        await _reopening;
        _disposing.Dispose();
    }

    private void RefuseFor(TimeSpan duration)
    {
        lock (_lock)
        {
            if (_reopening.IsCompleted)
            {
                // Not on the request's own thread: stopping waits for the requests.
                _reopening = Task.Run(() => ReopenAfterAsync(duration));
            }
        }
    }

    private async Task ReopenAfterAsync(TimeSpan duration)
    {
        await RefuseAsync();
        try
        {
            await Task.Delay(duration, _timeProvider, _disposing.Token);
            await AcceptAsync();
        }
        catch (OperationCanceledException) when (_disposing.IsCancellationRequested)
        {
            // Nobody needs it any more.
        }
    }
}
