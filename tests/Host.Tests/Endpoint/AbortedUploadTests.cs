using ClaudeProxy.Tests.EndToEnd;
using ClaudeProxy.Tests.Support;
using ClaudeProxy.Tests.Wire;
using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Tests.Endpoint;

/// <summary>Clients that leave, or break their request, before it is whole: nobody is to blame, and nothing stays behind.</summary>
public sealed class AbortedUploadTests
{
    private const string Announced = "POST /v1/messages HTTP/1.1\r\nhost: proxy\r\nexpect: 100-continue\r\ncontent-length: 1000000\r\n\r\n";
    private const string Chunked = "POST /v1/messages HTTP/1.1\r\nhost: proxy\r\nexpect: 100-continue\r\ntransfer-encoding: chunked\r\n\r\n";

    public enum Leaving
    {
        Reset,
        Close,
        CloseSending,
    }

    [Theory]
    [InlineData(Announced, "part of it", Leaving.Reset)]
    [InlineData(Announced, "part of it", Leaving.Close)]
    [InlineData(Announced, "part of it", Leaving.CloseSending)]
    [InlineData(Announced, "", Leaving.Reset)]
    [InlineData(Announced, "", Leaving.CloseSending)]
    [InlineData(Chunked, "4\r\npart\r\n5\r\nof", Leaving.Reset)]
    [InlineData(Chunked, "4\r\npart\r\n5\r\nof", Leaving.Close)]
    [InlineData(Chunked, "4\r\npart\r\n5\r\nof", Leaving.CloseSending)]
    public async Task ClientThatLeavesWhileUploading_LeavesNothingBehind(string head, string part, Leaving leaving)
    {
        await using var harness = await WireHarness.StartAsync();
        using var client = await RawClient.ConnectAsync(harness.Proxy.Address);
        await client.SendAsync(head);
        await client.ReadMessageAsync();
        await client.SendAsync(part);

        switch (leaving)
        {
            case Leaving.Reset:
                client.Reset();
                break;
            case Leaving.Close:
                client.Dispose();
                break;
            default:
                client.CloseSending();
                break;
        }

        await Idle.EverythingIsReleasedAsync(harness.Proxy);
        await harness.AssertUntouchedAsync();
        Assert.DoesNotContain(harness.Proxy.Logs.Entries, entry => entry.Level >= LogLevel.Error);
    }

    [Fact]
    public async Task ClientThatLeavesBeforeTheAnswer_LeavesNothingBehindAndTheUpstreamLearnsOfIt()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Hang();
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b");
        using var client = await RawClient.ConnectAsync(proxy.Address);
        await client.SendAsync(WireHarness.Post(body: WireHarness.LongBody(300_000)));
        var request = await upstream.ReceivedAsync(1);

        client.Reset();

        await request.ClientLeft.InTime();
        await Idle.EverythingIsReleasedAsync(proxy);
        await WireHarness.AssertBlamelessAsync(proxy);
        Assert.Equal(["token-a"], upstream.Attempts);
        await Eventually.HoldsAsync(() => proxy.Logs.Entries.Any(entry => entry.EventId.Name == "ClientLeft"));
        Assert.DoesNotContain(proxy.Logs.Entries, entry => entry.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task ManyUploadsThatBreakInEveryWay_LeaveNothingBehind()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(500).Then(429, "{}").Reset().Then(200, "ok");
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b");

        await Task.WhenAll(Enumerable.Range(0, 60).Select(number => Task.Run(async () =>
        {
            var body = WireHarness.LongBody(200_000);
            using var client = await RawClient.ConnectAsync(proxy.Address);
            await client.SendAsync(WireHarness.Post(body: body)[..^(number % 3 == 0 ? 0 : 1 + (number * 1000))]);
            switch (number % 3)
            {
                case 0:
                    await client.ReadMessageAsync();
                    break;
                case 1:
                    client.Reset();
                    break;
            }
        })));

        await Idle.EverythingIsReleasedAsync(proxy);
    }
}
