using System.Text.RegularExpressions;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Redis;

/// <summary>Every command that reaches a server, by <c>MONITOR</c>.</summary>
internal sealed partial class CommandWatch : IAsyncDisposable
{
    /// <summary>What changes nothing, neither of the data nor of the server.</summary>
    private static readonly string[] s_reads =
        ["AUTH", "PING", "INFO", "SELECT", "SMEMBERS", "SCAN", "HMGET", "PTTL", "SUBSCRIBE", "UNSUBSCRIBE", "PSUBSCRIBE", "PUNSUBSCRIBE"];

    private readonly RedisClient _client;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly List<string> _commands = [];
    private readonly Task _reading;

    private CommandWatch(RedisClient client)
    {
        _client = client;
        _reading = Task.Run(ReadAsync);
    }

    /// <summary>The commands so far, in order; those of tests, which write, apart.</summary>
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

    /// <summary>Watches <paramref name="redis"/> from now on.</summary>
    public static async Task<CommandWatch> StartAsync(RedisServer redis)
    {
        var client = await redis.ConnectAsync();
        Assert.Equal("OK", await client.ExecuteAsync("MONITOR"));
        return new CommandWatch(client);
    }

    /// <summary>Fails if any command was more than a question, but for those of <paramref name="own"/>, which the test sent itself.</summary>
    public void AssertOnlyReads(params string[] own) => Assert.Empty(Commands.Except([.. s_reads, .. own]));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading;
        await _client.DisposeAsync();
        _stop.Dispose();
    }

    private async Task ReadAsync()
    {
        try
        {
            while (await _client.ReadLineAsync(_stop.Token) is { } line)
            {
                lock (_lock)
                {
                    _commands.Add(Command().Match(line).Groups[1].Value.ToUpperInvariant());
                }
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The end of the watch.
        }
    }

    // +1700000000.123456 [0 127.0.0.1:50000] "HMGET" "key" …
    [GeneratedRegex(@"^\+[0-9.]+ \[.*?\] ""(\w+)""")]
    private static partial Regex Command();
}
