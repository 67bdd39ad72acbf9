using System.Text.Json.Nodes;
using ClaudeProxy.Abstractions;
using ClaudeProxy.Plugins;
using ClaudeProxy.Tests.Plugins;
using ClaudeProxy.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClaudeProxy.Tests.Redis;

/// <summary>The account source <c>redis_accounts</c>, loaded from its folder as the host loads it.</summary>
internal sealed class RedisSource : IAsyncDisposable
{
    private readonly PluginCatalog _catalog = PluginCatalog.Load([PluginFolder.Shipped], previous: null, NullLoggerFactory.Instance);
    private readonly CancellationTokenSource _stop = new();
    private PluginInstance<IAccountSource> _instance = null!;
    private IAsyncEnumerator<IReadOnlyList<Account>>? _reading;

    private RedisSource()
    {
    }

    /// <summary>All that was logged.</summary>
    public CollectingLoggerProvider Logs { get; } = new();

    /// <summary>A source that reads <paramref name="redis"/>.</summary>
    public static Task<RedisSource> OpenAsync(RedisServer redis, params (string Key, JsonNode Value)[] settings) =>
        OpenAsync([("port", redis.Port), ("host", "127.0.0.1"), .. settings]);

    /// <summary>A source with these settings.</summary>
    public static async Task<RedisSource> OpenAsync(params (string Key, JsonNode Value)[] settings)
    {
        var json = new JsonObject { ["target_url"] = "http://127.0.0.1:3001" };
        foreach (var (key, value) in settings)
        {
            json[key] = value;
        }

        var source = new RedisSource();
        try
        {
            Assert.True(source._catalog.TryGetAccountSource("redis_accounts", out var offer), string.Join(' ', source._catalog.Faults));
            var logger = source.Logs.CreateFactory().CreateLogger("redis");
            source._instance = await offer.CreateAsync(Some.PluginContext(json.ToJsonString(), logger: logger));
            return source;
        }
        catch
        {
            await source._catalog.DisposeAsync();
            throw;
        }
    }

    /// <summary>The next list. After a failure, reading begins anew.</summary>
    public async Task<IReadOnlyList<Account>> NextAsync()
    {
        _reading ??= _instance.Value.ReadAsync(_stop.Token).GetAsyncEnumerator(_stop.Token);
        try
        {
            Assert.True(await _reading.MoveNextAsync().AsTask().InTime());
            return _reading.Current;
        }
        catch
        {
            await _reading.DisposeAsync();
            _reading = null;
            throw;
        }
    }

    /// <summary>The next list that has what is looked for.</summary>
    public async Task<IReadOnlyList<Account>> NextAsync(Func<IReadOnlyList<Account>, bool> has)
    {
        while (true)
        {
            if (await NextAsync() is { } accounts && has(accounts))
            {
                return accounts;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_reading is not null)
        {
            await _reading.DisposeAsync();
        }

        if (_instance is not null)
        {
            await _instance.DisposeAsync();
        }

        await _catalog.DisposeAsync();
        _stop.Dispose();
    }
}
