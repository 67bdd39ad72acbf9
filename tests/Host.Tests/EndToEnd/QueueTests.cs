using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.EndToEnd;

/// <summary>What clients see while accounts serve as many requests as they may.</summary>
public sealed class QueueTests
{
    [Fact]
    public async Task AccountIsBusy_NextRequestWaitsAndIsServed()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var gate = new TaskCompletionSource();
        upstream.On("token-a").Answer(200, "first").After(gate.Task).Then(200, "second");
        await using var proxy = await ProxyHarness.StartAsync(Config(upstream));

        var first = proxy.PostMessageAsync();
        await upstream.ReceivedAsync(1);
        var second = proxy.PostMessageAsync();
        await proxy.HoldsAsync(status => Queue(status, "length") == 1);
        gate.SetResult();
        using var firstAnswer = await first;
        using var secondAnswer = await second;

        Assert.Equal("second", await secondAnswer.Content.ReadAsStringAsync());
        var status = await proxy.StatusAsync();
        Assert.Equal((0, 1, 0, 0), (Queue(status, "length"), Queue(status, "waited"), Queue(status, "refused"), Queue(status, "timed_out")));
        Assert.Equal(1, (await proxy.AccountAsync("a")).GetProperty("max_concurrency").GetInt32());
    }

    [Fact]
    public async Task QueueIsFull_ClientIsToldWhenToComeAgain()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var gate = new TaskCompletionSource();
        upstream.On("token-a").Answer(200, "first").After(gate.Task);
        var config = Config(upstream);
        config["queue"] = new JsonObject { ["length"] = 0 };
        await using var proxy = await ProxyHarness.StartAsync(config);

        var first = proxy.PostMessageAsync();
        await upstream.ReceivedAsync(1);
        using var refused = await proxy.PostMessageAsync();
        gate.SetResult();
        using var served = await first;

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        var error = JsonSerializer.Deserialize<JsonElement>(await refused.Content.ReadAsStringAsync()).GetProperty("error");
        Assert.Equal("rate_limit_error", error.GetProperty("type").GetString());
        Assert.Equal(HttpStatusCode.OK, served.StatusCode);
        Assert.Equal(1, Queue(await proxy.StatusAsync(), "refused"));
    }

    [Fact]
    public async Task ClientLeavesWhileWaiting_ItsRequestIsNeverSent()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var gate = new TaskCompletionSource();
        upstream.On("token-a").Answer(200, "first").After(gate.Task);
        await using var proxy = await ProxyHarness.StartAsync(Config(upstream));
        using var impatient = new CancellationTokenSource();

        var first = proxy.PostMessageAsync();
        await upstream.ReceivedAsync(1);
        var leaving = proxy.Client.PostAsync("/v1/messages", new StringContent(Some.MessageBody()), impatient.Token);
        await proxy.HoldsAsync(status => Queue(status, "length") == 1);
        await impatient.CancelAsync();
        await proxy.HoldsAsync(status => Queue(status, "length") == 0);
        gate.SetResult();
        using var served = await first;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        await served.Content.ReadAsStringAsync();
        Assert.Single(upstream.Requests);
    }

    [Fact]
    public async Task AnswersSayWhatIsLeft_StatusShowsItAndTheShortAccountIsSpared()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var reset = TimeProvider.System.GetUtcNow().AddSeconds(57).ToString("O");
        upstream.On("token-a").Answer(
            200, "a", null, ("anthropic-ratelimit-requests-limit", "50"), ("anthropic-ratelimit-requests-remaining", "2"), ("anthropic-ratelimit-requests-reset", reset));
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b");

        (await proxy.PostMessageAsync()).Dispose();
        (await proxy.PostMessageAsync()).Dispose();
        (await proxy.PostMessageAsync()).Dispose();

        Assert.Equal(["token-a", "token-b", "token-b"], upstream.Attempts);
        var limit = Assert.Single((await proxy.AccountAsync("a")).GetProperty("limits").EnumerateArray());
        Assert.Equal(("requests", 50), (limit.GetProperty("name").GetString(), limit.GetProperty("limit").GetInt32()));
        Assert.InRange(limit.GetProperty("left").GetDouble(), 0.03, 0.2);
        Assert.InRange(limit.GetProperty("reset").GetDateTimeOffset(), TimeProvider.System.GetUtcNow().AddSeconds(20), TimeProvider.System.GetUtcNow().AddSeconds(61));
    }

    private static JsonObject Config(FakeUpstream upstream)
    {
        var config = ProxyHarness.Config(upstream, "a");
        config["servers"]![0]!["max_concurrency"] = 1;
        return config;
    }

    private static int Queue(JsonElement status, string name) => status.GetProperty("queue").GetProperty(name).GetInt32();
}
