using System.Net;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.EndToEnd;

/// <summary>A 200 whose first event is an error is a failed attempt, judged by the error's type.</summary>
public sealed class ErrorEventTests
{
    [Theory]
    [InlineData("api_error", "cooling_down")]
    [InlineData("timeout_error", "usable")]
    [InlineData("error_of_the_future", "cooling_down")]
    [InlineData("authentication_error", "cooling_down")]
    [InlineData("permission_error", "usable")]
    [InlineData("billing_error", "cooling_down")]
    [InlineData("rate_limit_error", "usable")]
    [InlineData("not_found_error", "usable")]
    public async Task TypeSpeaksOfTheAccount_NextAccountServes(string type, string state)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Events(Sse.Ping, Sse.Error(type, "No."));
        upstream.On("token-b").Events(Sse.Message("from b"));
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b");

        using var response = await proxy.PostMessageAsync(Some.MessageBody(stream: true));

        Assert.Equal(string.Concat(Sse.Message("from b")), await response.Content.ReadAsStringAsync());
        Assert.Equal([state, "usable"], await proxy.StatesAsync());
        Assert.Equal($"{type} as first event", (await proxy.AccountAsync("a")).GetProperty("last_error").GetProperty("text").GetString());
    }

    [Theory]
    [InlineData("invalid_request_error")]
    [InlineData("request_too_large")]
    public async Task TypeSpeaksOfTheRequest_ClientGetsTheStreamByteForByte(string type)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Events(Sse.Ping, Sse.Error(type, "Yours."));
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b");

        using var response = await proxy.PostMessageAsync(Some.MessageBody(stream: true));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(Sse.Ping + Sse.Error(type, "Yours."), await response.Content.ReadAsStringAsync());
        Assert.Equal(["token-a"], upstream.Attempts);
        Assert.Equal(["usable", "usable"], await proxy.StatesAsync());
    }

    [Fact]
    public async Task EveryStreamBeginsWithAnError_ClientGetsAStatusItCanRetry()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Events(Sse.Error("api_error"));
        upstream.On("token-b").Events(Sse.Error("api_error"));
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b");

        using var response = await proxy.PostMessageAsync(Some.MessageBody(stream: true));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(60, response.Headers.RetryAfter!.Delta!.Value.TotalSeconds, tolerance: 1);
    }

    [Fact]
    public async Task ErrorComesAfterTheFirstEvent_ClientGetsItAndNobodyElseIsAsked()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Events(Sse.Event("message_start"), Sse.Error());
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b");

        using var response = await proxy.PostMessageAsync(Some.MessageBody(stream: true));

        Assert.Equal(Sse.Event("message_start") + Sse.Error(), await response.Content.ReadAsStringAsync());
        Assert.Equal(["token-a"], upstream.Attempts);
    }
}
