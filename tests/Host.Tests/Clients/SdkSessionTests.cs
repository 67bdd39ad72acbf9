using System.Net;
using System.Text.Json.Nodes;
using Anthropic;
using Anthropic.Models.Messages;
using ClaudeProxy.Tests.EndToEnd;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Clients;

/// <summary>Sessions of the official SDKs, named by the header, stay where their prompts are cached.</summary>
public sealed class SdkSessionTests
{
    private static readonly string[] s_sessions = ["session-1", "session-2", "session-3", "session-4"];

    [Fact]
    public async Task FourSessionsOfFourTurns_CSharpSdk_OneAccountEachAndOneMoveIfThatIsTurnedOff()
    {
        await using var proxy = await StartAsync();
        var clients = s_sessions.Select(session => ClientOf(proxy, session)).ToList();

        await AssertSessionsStayAsync(proxy, turn => Task.WhenAll(clients.Select(client => AskAsync(client, turn))));

        clients.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task FourSessionsOfFourTurns_NpmSdk_OneAccountEachAndOneMoveIfThatIsTurnedOff()
    {
        await using var proxy = await StartAsync();

        await AssertSessionsStayAsync(proxy, async turn =>
        {
            var seen = await NodeScript.RunAsync("sessions.mjs", [proxy.Address.ToString(), $"{turn}", .. s_sessions]);
            return [.. seen.EnumerateArray().Select(text => AccountIn(text.GetString()!))];
        });
    }

    private static Task<ProxyHarness> StartAsync() => ProxyHarness.StartAsync(new JsonObject
    {
        ["algorithm"] = "session_affinity",
        ["accounts"] = new JsonObject { ["source"] = "simulator", ["accounts"] = 4, ["first_byte"] = "0s", ["event_interval"] = "0s" },
    });

    /// <summary>Four turns; between the second and the third the account of the first session is turned off, before the fourth it is back.</summary>
    private static async Task AssertSessionsStayAsync(ProxyHarness proxy, Func<int, Task<string[]>> askAllAsync)
    {
        var first = await askAllAsync(1);
        var second = await askAllAsync(2);
        await AdminAsync(proxy, first[0], "disable");
        var third = await askAllAsync(3);
        await AdminAsync(proxy, first[0], "enable");
        var fourth = await askAllAsync(4);

        Assert.Equal(first, second);
        Assert.DoesNotContain(first[0], third);
        Assert.All(Enumerable.Range(0, first.Length).Where(session => first[session] != first[0]), session => Assert.Equal(first[session], third[session]));
        Assert.Equal(third, fourth);
    }

    private static AnthropicClient ClientOf(ProxyHarness proxy, string session)
    {
        var http = new HttpClient();
        http.DefaultRequestHeaders.Add("x-claude-code-session-id", session);
        return new AnthropicClient { BaseUrl = proxy.Address.ToString(), ApiKey = "any", HttpClient = http };
    }

    private static async Task<string> AskAsync(AnthropicClient client, int turn)
    {
        var history = new List<MessageParam>();
        for (var past = 1; past < turn; past++)
        {
            history.Add(new UserMessageParam { Content = $"Question {past}" });
            history.Add(new AssistantMessageParam { Content = $"Answer {past}" });
        }

        var message = await client.Messages.Create(new MessageCreateParams
        {
            Model = "claude-sonnet-5-5",
            MaxTokens = 1000,
            Messages = [.. history, new UserMessageParam { Content = $"Question {turn}" }],
        }).InTime();
        Assert.True(message.Content[0].TryPickText(out var block));
        return AccountIn(block.Text);
    }

    /// <summary>The simulated account that says hello in <paramref name="text"/>.</summary>
    private static string AccountIn(string text) => text["Hello from ".Length..text.IndexOf(',', StringComparison.Ordinal)];

    private static async Task AdminAsync(ProxyHarness proxy, string account, string verb)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/admin/accounts/{account}/{verb}");
        request.Headers.Add("x-api-key", proxy.AdminKey);
        using var response = await proxy.Client.SendAsync(request).InTime();
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }
}
