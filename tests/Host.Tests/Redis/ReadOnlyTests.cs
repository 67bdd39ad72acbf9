using System.Text.RegularExpressions;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Redis;

public sealed partial class ReadOnlyTests
{
    [Fact]
    public async Task Server_StartsRefreshesAndReconnects_IsOnlyEverAsked()
    {
        await using var redis = await RedisServer.StartAsync("--notify-keyspace-events", "KEA");
        await redis.AddSampleAsync();
        await redis.ExecuteAsync("DEL", "claude:account:index");
        await using var watch = await CommandWatch.StartAsync(redis);
        await using var source = await RedisSource.OpenAsync(redis, ("refresh", "1s"), ("database", 0));

        await source.NextAsync();
        await source.NextAsync();
        await redis.ExecuteAsync("CLIENT", "KILL", "TYPE", "pubsub");
        await source.NextAsync();
        await redis.ExecuteAsync("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");

        // Whoever watches was killed too, and looks again; the source reconnects beside it.
        await using var again = await CommandWatch.StartAsync(redis);
        await ReadAgainAsync(source);
        await ReadAgainAsync(source);

        string[] allowed = ["PING", "INFO", "SELECT", "SMEMBERS", "SCAN", "HMGET", "PTTL", "SUBSCRIBE", "UNSUBSCRIBE", "PSUBSCRIBE"];
        string[] own = ["CLIENT", "MONITOR"];
        var seen = watch.Commands.Concat(again.Commands).Except(own).Distinct().ToList();
        Assert.Contains("SCAN", seen);
        Assert.Contains("HMGET", seen);
        Assert.Empty(seen.Except(allowed));
    }

    /// <summary>Reads once more; a connection that was just lost may cost one failure.</summary>
    private static async Task ReadAgainAsync(RedisSource source)
    {
        try
        {
            await source.NextAsync();
        }
        catch (Exception exception) when (exception.Message.StartsWith("Redis at ", StringComparison.Ordinal))
        {
            await source.NextAsync();
        }
    }

    /// <summary>Every command that reaches a server, by <c>MONITOR</c>.</summary>
    private sealed partial class CommandWatch : IAsyncDisposable
    {
        private readonly RedisClient _client;
        private readonly Lock _lock = new();
        private readonly List<string> _commands = [];
        private readonly Task _reading;

        private CommandWatch(RedisClient client)
        {
            _client = client;
            _reading = Task.Run(ReadAsync);
        }

        public IReadOnlyList<string> Commands
        {
            get
            {
                lock (_lock)
                {
                    return [.. _commands];
                }
            }
        }

        public static async Task<CommandWatch> StartAsync(RedisServer redis)
        {
            var client = await redis.ConnectAsync();
            Assert.Equal("OK", await client.ExecuteAsync("MONITOR"));
            return new CommandWatch(client);
        }

        public async ValueTask DisposeAsync()
        {
            await _client.DisposeAsync();
            await _reading;
        }

        private async Task ReadAsync()
        {
            try
            {
                while (await _client.ReadLineAsync() is { } line)
                {
                    lock (_lock)
                    {
                        _commands.Add(Command().Match(line).Groups[1].Value.ToUpperInvariant());
                    }
                }
            }
            catch (Exception exception) when (exception is IOException or ObjectDisposedException)
            {
                // The end of the watch.
            }
        }

        // +1700000000.123456 [0 127.0.0.1:50000] "HMGET" "key" …
        [GeneratedRegex(@"^\+[0-9.]+ \[.*?\] ""(\w+)""")]
        private static partial Regex Command();
    }
}
