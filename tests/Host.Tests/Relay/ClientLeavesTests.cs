using System.Text;
using ClaudeProxy.Tests.EndToEnd;
using ClaudeProxy.Tests.Support;
using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Tests.Relay;

/// <summary>Clients that leave: the upstream is told at once, and nobody is blamed.</summary>
public sealed class ClientLeavesTests
{
    /// <summary>A busy machine may hold up one departure, but not every one.</summary>
    private const int Departures = 10;

    private static readonly TimeSpan s_atOnce = TimeSpan.FromMilliseconds(100);

    [Fact]
    public async Task BeforeTheFirstByte_UpstreamIsToldWithinAHundredMilliseconds()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Hang();
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");
        var shortest = TimeSpan.MaxValue;

        for (var departure = 1; departure <= Departures && shortest > s_atOnce; departure++)
        {
            using var client = await LeavingClient.AskAsync(proxy);
            var received = await upstream.ReceivedAsync(departure);
            shortest = Shorter(shortest, await client.LeaveAsync(received.ClientLeft));
        }

        Assert.InRange(shortest, TimeSpan.Zero, s_atOnce);
        await AssertNobodyIsBlamedAsync(proxy, served: 0);
    }

    [Fact]
    public async Task WithinAStream_UpstreamIsToldWithinAHundredMilliseconds()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        FakeStream[] streams = [.. Enumerable.Range(0, Departures).Select(_ => new FakeStream())];
        Array.ForEach(streams, stream => upstream.On("token-a").Stream(stream));
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");
        var shortest = TimeSpan.MaxValue;
        var served = 0;

        for (; served < Departures && shortest > s_atOnce; served++)
        {
            using var client = await LeavingClient.AskAsync(proxy);
            await streams[served].SendEventAsync("message_start");
            await client.ReadSomeAsync();
            shortest = Shorter(shortest, await client.LeaveAsync(streams[served].ClientLeft));
        }

        Assert.InRange(shortest, TimeSpan.Zero, s_atOnce);
        await AssertNobodyIsBlamedAsync(proxy, served);
    }

    [Fact]
    public async Task WithoutReadingAFlood_UpstreamIsToldWithinAHundredMilliseconds()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Run(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            var delta = Encoding.UTF8.GetBytes(Sse.Event("content_block_delta", new string('x', 64 * 1024)));
            while (true)
            {
                await context.Response.Body.WriteAsync(delta, context.RequestAborted);
            }
        });
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");
        var shortest = TimeSpan.MaxValue;
        var served = 0;

        for (; served < Departures && shortest > s_atOnce; served++)
        {
            using var client = await LeavingClient.AskAsync(proxy);
            var received = await upstream.ReceivedAsync(served + 1);
            await client.ReadSomeAsync();
            shortest = Shorter(shortest, await client.LeaveAsync(received.ClientLeft));
        }

        Assert.InRange(shortest, TimeSpan.Zero, s_atOnce);
        await AssertNobodyIsBlamedAsync(proxy, served);
    }

    [Fact]
    public async Task DuringAWaitForTheSameAccount_NoFurtherAttemptIsMade()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Error(529, "overloaded_error");
        var clock = new ManualTimeProvider();
        await using var proxy = await ProxyHarness.StartAsync(ProxyHarness.Config(upstream, "a", "b"), clock);
        using (await LeavingClient.AskAsync(proxy))
        {
            await upstream.ReceivedAsync(1);
        }

        await Eventually.HoldsAsync(() => proxy.Logs.Entries.Any(entry => entry.EventId.Name == "ClientLeft"));
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(["token-a"], upstream.Attempts);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WithinItsOwnBody_NobodyIsAskedAndNothingIsADefect(bool isReset)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");
        using (var client = await RawClient.ConnectAsync(proxy.Address))
        {
            await client.SendAsync("POST /v1/messages HTTP/1.1\r\nhost: proxy\r\ncontent-length: 1000\r\n\r\n{\"model\":");
            await proxy.HoldsAsync(status => status.GetProperty("requests_in_flight").GetInt32() == 1);
            if (isReset)
            {
                client.Reset();
            }
        }

        await proxy.HoldsAsync(status => status.GetProperty("requests_in_flight").GetInt32() == 0);
        Assert.Equal(0, (await proxy.StatusAsync()).GetProperty("body_memory_used").GetInt64());
        Assert.Empty(upstream.Requests);
        Assert.DoesNotContain(proxy.Logs.Entries, entry => entry.Level >= LogLevel.Error);
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static async Task AssertNobodyIsBlamedAsync(ProxyHarness proxy, int served)
    {
        await proxy.HoldsAsync(status => status.GetProperty("requests_in_flight").GetInt32() == 0);
        var account = await proxy.AccountAsync("a");
        Assert.Equal("usable", account.GetProperty("state").GetString());
        Assert.Equal(served, account.GetProperty("served").GetInt32());
        Assert.Equal(0, account.GetProperty("failed").GetInt32());
    }
}
