using Anthropic;
using Anthropic.Exceptions;
using Anthropic.Models.Messages;
using ClaudeProxy.Plugins.Simulator;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Simulator;

public sealed class SdkTests
{
    private const string Expected = "Hello from sim-1, a simulated account. You said: “Good morning”.";

    [Theory]
    [InlineData("whole")]
    [InlineData("stream")]
    public async Task NpmSdk_Served_SeesTheMessage(string form)
    {
        await using var simulation = await Simulation.StartAsync();

        var seen = await NodeScript.RunAsync("messages.mjs", simulation.Upstream.Address.ToString(), "token-sim-1", form, "Good morning");

        Assert.Equal(Expected, seen.GetProperty("text").GetString());
        Assert.Equal("end_turn", seen.GetProperty("stopReason").GetString());
        Assert.Equal(10, seen.GetProperty("outputTokens").GetInt32());
        Assert.Equal(1, seen.GetProperty("requests").GetInt32());
    }

    [Fact]
    public async Task NpmSdk_RefusedForGood_SeesTheErrorOfTheApi()
    {
        await using var simulation = await Simulation.StartAsync();
        simulation.First.Always = new SimulatedFault.Status(403);

        var seen = await NodeScript.RunAsync("messages.mjs", simulation.Upstream.Address.ToString(), "token-sim-1", "whole", "Hi");

        Assert.Equal("PermissionDeniedError", seen.GetProperty("error").GetString());
        Assert.Equal("permission_error", seen.GetProperty("errorType").GetString());
        Assert.Equal(1, seen.GetProperty("requests").GetInt32());
    }

    [Fact]
    public async Task CSharpSdk_InOnePiece_SeesTheMessage()
    {
        await using var simulation = await Simulation.StartAsync();
        using var client = Client(simulation);

        var message = await client.Messages.Create(Question()).InTime();

        Assert.True(message.Content[0].TryPickText(out var text));
        Assert.Equal(Expected, text.Text);
        Assert.Equal(10, message.Usage.OutputTokens);
    }

    [Fact]
    public async Task CSharpSdk_AsStream_SeesTheMessage()
    {
        await using var simulation = await Simulation.StartAsync();
        using var client = Client(simulation);
        var text = "";
        var ended = false;

        await foreach (var item in client.Messages.CreateStreaming(Question()))
        {
            text += item.TryPickContentBlockDelta(out var delta) && delta.Delta.TryPickText(out var part) ? part.Text : "";
            ended |= item.TryPickStop(out _);
        }

        Assert.Equal(Expected, text);
        Assert.True(ended);
    }

    [Fact]
    public async Task CSharpSdk_RefusedForGood_SeesTheStatus()
    {
        await using var simulation = await Simulation.StartAsync();
        simulation.First.Always = new SimulatedFault.Status(403);
        using var client = Client(simulation);

        await Assert.ThrowsAsync<AnthropicForbiddenException>(() => client.Messages.Create(Question())).InTime();
    }

    private static AnthropicClient Client(Simulation simulation) =>
        new() { BaseUrl = simulation.Upstream.Address.ToString(), ApiKey = simulation.First.Token };

    private static MessageCreateParams Question() => new()
    {
        Model = "claude-sonnet-5-5",
        MaxTokens = 1000,
        Messages = [new UserMessageParam { Content = "Good morning" }],
    };
}
