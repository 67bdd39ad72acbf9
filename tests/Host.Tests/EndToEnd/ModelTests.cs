using System.Net;
using System.Text.Json.Nodes;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.EndToEnd;

/// <summary>Which accounts serve which models, and under which names.</summary>
public sealed class ModelTests
{
    [Fact]
    public async Task AccountsWithModels_ServeThoseAlone()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await StartAsync(upstream, first => first["models"] = new JsonArray("claude-haiku-*"), _ => { });

        await PostAsync(proxy, """{"model":"claude-opus-4-5"}""", 2);
        await PostAsync(proxy, """{"model":"claude-haiku-4-5"}""", 2);

        Assert.Equal("token-b token-b token-a token-b", string.Join(' ', upstream.Attempts));
    }

    [Fact]
    public async Task ToolThatNamesASecondModel_GoesToAnAccountThatServesBoth()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await StartAsync(
            upstream, first => first["models"] = new JsonArray("claude-haiku-*"), second => second["models"] = new JsonArray("claude-haiku-*", "claude-opus-*"));

        await PostAsync(proxy, """{"model":"claude-haiku-4-5","tools":[{"type":"advisor","name":"advisor","model":"claude-opus-4-6"}]}""", 3);

        Assert.Equal("token-b token-b token-b", string.Join(' ', upstream.Attempts));
    }

    [Fact]
    public async Task ModelThatRestsOnAnAccount_IsNotSentThereInsideATool()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(429, "{}", "60").Then(200, "{}");
        await using var proxy = await StartAsync(upstream, _ => { }, _ => { });
        await PostAsync(proxy, """{"model":"claude-opus-4-6"}""", 1);

        await PostAsync(proxy, """{"model":"claude-haiku-4-5","tools":[{"name":"advisor","model":"claude-opus-4-6"}]}""", 3);

        Assert.Equal("token-a token-b token-b token-b token-b", string.Join(' ', upstream.Attempts));
    }

    [Fact]
    public async Task AccountWithOtherNames_GetsThem_AndTheNextAccountTheClients()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(500, "{}");
        await using var proxy = await StartAsync(upstream, first => first["model_names"] = new JsonObject { ["claude-haiku-*"] = "small-model" }, _ => { });

        await PostAsync(proxy, """{ "max_tokens": 5, "model": "claude-haiku-4-5" }""", 1);

        Assert.Equal(
            ["""{ "max_tokens": 5, "model": "small-model" }""", """{ "max_tokens": 5, "model": "claude-haiku-4-5" }"""],
            upstream.Requests.Select(request => request.BodyText));
    }

    private static Task<ProxyHarness> StartAsync(FakeUpstream upstream, Action<JsonNode> first, Action<JsonNode> second)
    {
        var config = ProxyHarness.Config(upstream, "a", "b");
        first(config["servers"]![0]!);
        second(config["servers"]![1]!);
        return ProxyHarness.StartAsync(config);
    }

    private static async Task PostAsync(ProxyHarness proxy, string body, int count)
    {
        for (var i = 0; i < count; i++)
        {
            using var response = await proxy.PostMessageAsync(body);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }
}
