using System.Net;
using ClaudeProxy.Tests.EndToEnd;
using ClaudeProxy.Tests.Reload;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Redis;

public sealed class ReadOnlyTests
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

        // Whoever watches is killed too, and looks again; the source reconnects beside it.
        await redis.ExecuteAsync("CLIENT", "KILL", "TYPE", "pubsub");
        await redis.ExecuteAsync("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
        await using var again = await CommandWatch.StartAsync(redis);
        await ReadAgainAsync(source);
        await ReadAgainAsync(source);

        Assert.Contains("SCAN", watch.Commands);
        Assert.Contains("HMGET", again.Commands);
        watch.AssertOnlyReads(own: "CLIENT");
        again.AssertOnlyReads(own: "CLIENT");
    }

    [Fact]
    public async Task Accounts_FailOverWhileClientsSend_RedisIsOnlyEverAsked()
    {
        await using var run = await RelayHarness.StartAsync(3);
        await using var watch = await CommandWatch.StartAsync(run.Redis);
        run.Relay.Knows(RelayAccounts.NumberedId(0), RelayAnswer.LimitedFor(TimeSpan.FromHours(1)));
        run.Relay.Knows(RelayAccounts.NumberedId(1), RelayAnswer.OfAccount(401, "authentication_error"));

        for (var i = 0; i < 6; i++)
        {
            using var response = await run.Proxy.PostMessageAsync();
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        await Eventually.HoldsAsync(() => watch.Commands.Count(command => command == "SMEMBERS") >= 2, "two more refreshes");
        Assert.NotEmpty(run.Proxy.Logs.Of("FailingOver"));
        watch.AssertOnlyReads();
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
}
