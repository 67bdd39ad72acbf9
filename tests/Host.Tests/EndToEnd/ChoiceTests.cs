using System.Net;
using System.Text.Json.Nodes;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.EndToEnd;

/// <summary>Which account a request goes to.</summary>
public sealed class ChoiceTests
{
    [Fact]
    public async Task RoundRobin_RequestsGoRoundInTheOrderOfTheFile()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(upstream, "c", "a", "b");

        await PostAsync(proxy, 6);

        Assert.Equal("cabcab", Served(upstream));
    }

    [Fact]
    public async Task Weights532_HundredRequestsAreExactlyFiftyThirtyTwentyAndSmooth()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var config = ProxyHarness.Config(upstream, "a", "b", "c");
        config["algorithm"] = "weighted_round_robin";
        config["servers"]![0]!["weight"] = 5;
        config["servers"]![1]!["weight"] = 3;
        config["servers"]![2]!["weight"] = 2;
        await using var proxy = await ProxyHarness.StartAsync(config);

        await PostAsync(proxy, 100);

        Assert.Equal(string.Concat(Enumerable.Repeat("abcaabacba", 10)), Served(upstream));
    }

    [Fact]
    public async Task OneOfThreeWeightsIsAway_RatiosOfTheOthersAreKeptAndItReturns()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-b").Answer(429, "{}", "60").Then(200, "{}");
        var config = ProxyHarness.Config(upstream, "a", "b", "c");
        config["algorithm"] = "weighted_round_robin";
        config["servers"]![0]!["weight"] = 4;
        config["servers"]![1]!["weight"] = 3;
        config["servers"]![2]!["weight"] = 2;
        config["recovery"] = new JsonObject { ["ramp_up"] = 0 };
        var clock = new ManualTimeProvider();
        await using var proxy = await ProxyHarness.StartAsync(config, clock);
        await PostAsync(proxy, 2);
        var before = upstream.Requests.Count;

        await PostAsync(proxy, 60);
        var without = Served(upstream)[before..];
        clock.Advance(TimeSpan.FromSeconds(60));
        await PostAsync(proxy, 90);
        var with = Served(upstream)[(before + 60)..];

        Assert.Equal((40, 0, 20), Counts(without));
        Assert.Equal((40, 30, 20), Counts(with));
    }

    [Fact]
    public async Task TwoTokensOfOneAddress_AreIndependent()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Error(401, "authentication_error");
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b");

        await PostAsync(proxy, 3);

        Assert.Equal("abbb", Served(upstream));
        Assert.Equal(["cooling_down", "usable"], await proxy.StatesAsync());
    }

    [Fact]
    public async Task Priorities_SmallestFirstAndZeroLast()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        Array.ForEach(["token-b", "token-c", "token-d"], token => upstream.On(token).Answer(500));
        var config = ProxyHarness.Config(upstream, "a", "b", "c", "d");
        config["failover"] = new JsonObject { ["attempts"] = 4 };
        config["servers"]![1]!["priority"] = 2;
        config["servers"]![2]!["priority"] = 1;
        config["servers"]![3]!["priority"] = 2;
        await using var proxy = await ProxyHarness.StartAsync(config);

        await PostAsync(proxy, 2);

        Assert.Equal("cbdaa", Served(upstream));
    }

    [Fact]
    public async Task FallbackMode_FirstAccountServesUntilItFailsAndAgainWhenItIsBack()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(200).Answer(200).Answer(500).Answer(200);
        var config = ProxyHarness.Config(upstream, "a", "b");
        config["mode"] = "fallback";
        var clock = new ManualTimeProvider();
        await using var proxy = await ProxyHarness.StartAsync(config, clock);

        await PostAsync(proxy, 4);
        clock.Advance(TimeSpan.FromSeconds(60));
        await PostAsync(proxy, 2);

        Assert.Equal("aaabbaa", Served(upstream));
    }

    [Fact]
    public async Task MaxConcurrency_FurtherRequestsGoElsewhere()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var gate = new TaskCompletionSource();
        upstream.On("token-a").Answer(200).After(gate.Task);
        var config = ProxyHarness.Config(upstream, "a", "b");
        config["mode"] = "fallback";
        config["servers"]![0]!["max_concurrency"] = 2;
        await using var proxy = await ProxyHarness.StartAsync(config);
        Task<HttpResponseMessage>[] held = [proxy.PostMessageAsync(), proxy.PostMessageAsync()];
        await upstream.ReceivedAsync(2);

        await PostAsync(proxy, 1);
        gate.SetResult();
        foreach (var response in await Task.WhenAll(held))
        {
            response.Dispose();
        }

        await proxy.HoldsAsync(status => status.GetProperty("requests_in_flight").GetInt32() == 0);
        await PostAsync(proxy, 1);
        Assert.Equal("aaba", Served(upstream));
    }

    [Fact]
    public async Task MaxConcurrency_AStreamCountsToItsLastByte()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var stream = new FakeStream();
        upstream.On("token-a").Stream(stream).Answer(200);
        var config = ProxyHarness.Config(upstream, "a", "b");
        config["mode"] = "fallback";
        config["servers"]![0]!["max_concurrency"] = 1;
        await using var proxy = await ProxyHarness.StartAsync(config);
        var responding = proxy.PostMessageAsync(Some.MessageBody(stream: true));
        await stream.SendEventAsync("message_start");
        using var response = await responding;

        await PostAsync(proxy, 1);
        await stream.SendEventAsync("message_stop");
        stream.End();
        await response.Content.ReadAsStringAsync().InTime();
        await proxy.HoldsAsync(status => status.GetProperty("requests_in_flight").GetInt32() == 0);
        await PostAsync(proxy, 1);

        Assert.Equal("aba", Served(upstream));
    }

    [Theory]
    [InlineData("claude-opus-4-1", "ac")]
    [InlineData("claude-haiku-4-5", "bc")]
    [InlineData("claude-sonnet-4-5", "cc")]
    public async Task Models_OnlyAccountsThatServeTheModelAreAsked(string model, string expected)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var config = ProxyHarness.Config(upstream, "a", "b", "c");
        config["servers"]![0]!["models"] = new JsonArray("claude-opus-*");
        config["servers"]![1]!["models"] = new JsonArray("claude-haiku-4-5");
        await using var proxy = await ProxyHarness.StartAsync(config);

        await PostAsync(proxy, 2, $$"""{"messages":[{"role":"user","content":"\"model\": \"claude-3\""}],"model":"{{model}}"}""");

        Assert.Equal(expected, string.Concat(Served(upstream).Order()));
    }

    private static async Task PostAsync(ProxyHarness proxy, int times, string? body = null)
    {
        for (var i = 0; i < times; i++)
        {
            using var response = await proxy.PostMessageAsync(body);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    private static string Served(FakeUpstream upstream) => string.Concat(upstream.Attempts.Select(token => token[^1]));

    private static (int A, int B, int C) Counts(string served) =>
        (served.Count(account => account == 'a'), served.Count(account => account == 'b'), served.Count(account => account == 'c'));

    [Theory]
    [InlineData(500, "c")]
    [InlineData(529, "c")]
    [InlineData(429, "b")]
    public async Task AccountFails_AccountOfAnotherUpstreamIsPreferredWhereTheUpstreamMayBeToBlame(int status, string expected)
    {
        await using var first = await FakeUpstream.StartAsync();
        await using var second = await FakeUpstream.StartAsync();
        first.On("token-a").Error(status, "api_error");
        first.On("token-b").Answer(200, "b");
        second.On("token-c").Answer(200, "c");
        var config = ProxyHarness.Config(first, "a", "b", "c");
        config["servers"]![2]!["url"] = second.Address.ToString();
        await using var proxy = await ProxyHarness.StartAsync(config);

        using var response = await proxy.PostMessageAsync();

        Assert.Equal(expected, await response.Content.ReadAsStringAsync());
    }
}
