using ClaudeProxy.Abstractions;
using StackExchange.Redis;

namespace ClaudeProxy.Plugins.RedisAccounts;

/// <summary>The connection to Redis: made once, restored by itself, and able to read only. Thread-safe.</summary>
internal sealed class RedisConnection(RedisAccountsOptions options, PluginContext context) : IAsyncDisposable
{
    private static readonly TimeSpan s_betweenLooks = TimeSpan.FromMilliseconds(250);

    // Without these, the library writes a key to find out whether a server is a replica, names its connection, and asks for settings.
    private static readonly HashSet<string> s_readOnly =
    [
        "AUTH", "PING", "INFO", "SELECT", "SMEMBERS", "SCAN", "HMGET", "PTTL", "SUBSCRIBE", "UNSUBSCRIBE", "PSUBSCRIBE", "PUNSUBSCRIBE",
    ];

    private readonly string _endpoints = string.Join(", ", options.Endpoints);
    private Task<ConnectionMultiplexer>? _connecting;
    private volatile TaskCompletionSource _changed = NewSignal();
    private volatile string _reason = "no answer";
    private bool _wasAway;

    /// <summary>The database, when it can be reached. The first call that finds it away says so; further ones wait for it.</summary>
    /// <exception cref="RedisUnreachableException">It is away.</exception>
    public async Task<IDatabase> OpenAsync(CancellationToken cancellationToken)
    {
        var multiplexer = await ConnectedAsync(cancellationToken).ConfigureAwait(false);
        if (!multiplexer.IsConnected && !_wasAway)
        {
            _wasAway = true;
            throw new RedisUnreachableException($"Redis at {_endpoints} cannot be reached ({_reason})");
        }

        var database = multiplexer.GetDatabase(options.Database);
        while (_wasAway)
        {
            // Right after connecting, the library still turns questions away; and a server may be loading its data.
            if (multiplexer.IsConnected && await AnswersAsync(database, cancellationToken).ConfigureAwait(false))
            {
                _wasAway = false;
                context.Logger.RedisConnected(_endpoints);
                break;
            }

            await Task.Delay(s_betweenLooks, context.TimeProvider, cancellationToken).ConfigureAwait(false);
        }

        return database;
    }

    /// <summary>Notes that Redis was lost: the next call of <see cref="OpenAsync"/> waits for it.</summary>
    public void NoteAway() => _wasAway = true;

    /// <summary>From now on, only what happens after this call counts as a change.</summary>
    public void ForgetChanges() => _changed = NewSignal();

    /// <summary>Waits until something about the accounts has changed, or Redis went away, or <paramref name="longest"/> is over.</summary>
    public async Task WaitForChangeAsync(TimeSpan longest, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(_changed.Task, Task.Delay(longest, context.TimeProvider, over.Token)).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_connecting is null)
        {
            return;
        }

        try
        {
            var multiplexer = await _connecting.ConfigureAwait(false);
            multiplexer.Dispose();
        }
        catch (RedisException)
        {
            // It never came to be.
        }
    }

    private async Task<bool> AnswersAsync(IDatabase database, CancellationToken cancellationToken)
    {
        try
        {
            await database.PingAsync().WaitAsync(options.Timeout, context.TimeProvider, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (RedisServerException exception)
        {
            // A refusal is an answer, which the reading tells better.
            return !exception.Message.StartsWith("LOADING", StringComparison.Ordinal);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            return false;
        }
    }

    private async Task<ConnectionMultiplexer> ConnectedAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await (_connecting ??= ConnectAsync()).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (RedisException exception)
        {
            _connecting = null;
            throw new RedisUnreachableException($"Redis at {_endpoints} cannot be reached: {exception.Message}");
        }
    }

    private async Task<ConnectionMultiplexer> ConnectAsync()
    {
        var configuration = new ConfigurationOptions
        {
            AbortOnConnectFail = false,
            CommandMap = CommandMap.Create(s_readOnly, available: true),
            ConfigurationChannel = "",
            ConnectRetry = 1,
            ConnectTimeout = (int)options.Timeout.TotalMilliseconds,
            DefaultVersion = new Version(3, 0),
            Password = options.Password?.Reveal(),
            ReconnectRetryPolicy = new LinearRetry(500),
            Ssl = options.Tls,
            SyncTimeout = (int)options.Timeout.TotalMilliseconds,
            TieBreaker = "",
        };
        foreach (var endpoint in options.Endpoints)
        {
            configuration.EndPoints.Add(endpoint.Host, endpoint.Port);
        }

        var multiplexer = await ConnectionMultiplexer.ConnectAsync(configuration).ConfigureAwait(false);
        multiplexer.ConnectionFailed += (_, failure) =>
        {
            _reason = failure.FailureType.ToString();
            _changed.TrySetResult();
        };
        await SubscribeAsync(multiplexer.GetSubscriber()).ConfigureAwait(false);
        return multiplexer;
    }

    /// <summary>Listens for changes of keys, of which a server tells only if its operator has switched that on.</summary>
    private async Task SubscribeAsync(ISubscriber subscriber)
    {
        try
        {
            foreach (var keys in (string[])[options.Prefix, AccountReader.TemporaryMark, AccountReader.OverloadMark])
            {
                var channel = new RedisChannel($"__keyspace@{options.Database}__:{keys}*", RedisChannel.PatternMode.Pattern);
                await subscriber.SubscribeAsync(channel, (_, _) => _changed.TrySetResult()).WaitAsync(options.Timeout, context.TimeProvider).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            context.Logger.NoNotifications(exception.Message);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
