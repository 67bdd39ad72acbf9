using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using ClaudeProxy.Tests.Reload;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.EndToEnd;

/// <summary>Where conversations are served with <c>session_affinity</c>.</summary>
public sealed class AffinityTests
{
    private static readonly string[] s_accounts = ["a", "b", "c", "d"];

    /// <summary>It stands still, so that no choice is given up on a busy machine.</summary>
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task FourSessionsOfFourTurns_EachStaysOnOneAccount()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(Config(upstream), _clock);

        for (var turn = 0; turn < 4; turn++)
        {
            await Task.WhenAll(Sessions(4).Select(session => AskAsync(proxy, session)));
        }

        Assert.Equal(16, upstream.Requests.Count);
        Assert.All(Sessions(4), session => Assert.Single(upstream.Requests.Where(request => IsOf(request, session)).Select(request => request.Token).Distinct()));
    }

    [Fact]
    public async Task AccountIsTurnedOff_ItsSessionsMoveOnceAndNoOtherDoes()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(Config(upstream), _clock);
        var sessions = Sessions(12);
        var before = await AskAllAsync();
        var gone = before[sessions[0]];

        await AdminAsync(proxy, gone, "disable");
        var without = await AskAllAsync();
        await AdminAsync(proxy, gone, "enable");
        var after = await AskAllAsync();

        Assert.DoesNotContain(gone, without.Values);
        Assert.All(sessions.Where(session => before[session] != gone), session => Assert.Equal(before[session], without[session]));
        Assert.Equal(without, after);

        async Task<Dictionary<string, string>> AskAllAsync()
        {
            var served = new Dictionary<string, string>();
            foreach (var session in sessions)
            {
                served[session] = await AskAsync(proxy, session);
            }

            return served;
        }
    }

    [Fact]
    public async Task SubAgentsStartTogether_TheySpreadAndTheSessionStays()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var gate = new TaskCompletionSource();
        foreach (var account in s_accounts)
        {
            for (var i = 0; i < 4; i++)
            {
                upstream.On($"token-{account}").Answer(200, $$"""{"served_by":"token-{{account}}"}""").After(gate.Task);
            }
        }

        await using var proxy = await ProxyHarness.StartAsync(Config(upstream), _clock);

        var agents = Enumerable.Range(0, 8).Select(number => AskAsync(proxy, "session", agent: $"agent-{number}")).ToList();
        await upstream.ReceivedAsync(8);
        gate.SetResult();
        var served = await Task.WhenAll(agents);

        // Two that choose in the same microsecond may choose the same.
        Assert.All(s_accounts, account => Assert.InRange(served.Count(each => each == account), 1, 3));
    }

    [Fact]
    public async Task AccountIsRateLimitedForSeconds_SessionWaitsForItsCache()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var config = Config(upstream);
        config["plugins"] = new JsonObject { ["settings"] = new JsonObject { ["session_affinity"] = new JsonObject { ["wait_per_100k_tokens"] = "5m" } } };
        await using var proxy = await ProxyHarness.StartAsync(config);
        var home = await AskAsync(proxy, "session");
        var neighbour = await SessionOnAsync(proxy, home);
        upstream.On($"token-{home}").Answer(429, retryAfter: "2").Then(200, $$"""{"served_by":"token-{{home}}"}""");

        var elsewhere = await AskAsync(proxy, neighbour);
        var patient = await AskAsync(proxy, "session");

        Assert.NotEqual(home, elsewhere);
        Assert.Equal(home, patient);
        var line = Assert.Single(proxy.Logs.Of("WaitedForCache"));
        Assert.Equal(home, line.Value("AccountId"));
    }

    private static JsonObject Config(FakeUpstream upstream)
    {
        var config = ProxyHarness.Config(upstream, s_accounts);
        config["algorithm"] = "session_affinity";
        return config;
    }

    private static string[] Sessions(int count) => [.. Enumerable.Range(0, count).Select(number => $"5f2b7c1e-8f0d-4f53-9a39-{number:d12}")];

    private static bool IsOf(RecordedRequest request, string session) => request.Header("x-claude-code-session-id") == session;

    /// <summary>The account that serves one more turn of a session, whose prompt is long enough to be worth something.</summary>
    private static async Task<string> AskAsync(ProxyHarness proxy, string session, string? agent = null)
    {
        (string, string)[] headers = agent is null ? [] : [("x-claude-code-agent-id", agent)];
        using var response = await proxy.PostMessageAsync(Some.MessageBody(new string('x', 40_000)), "/v1/messages", [("x-claude-code-session-id", session), .. headers]);
        var body = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync());
        return body.GetProperty("served_by").GetString()!["token-".Length..];
    }

    /// <summary>Another session that <paramref name="account"/> serves.</summary>
    private static async Task<string> SessionOnAsync(ProxyHarness proxy, string account)
    {
        foreach (var session in Sessions(100))
        {
            if (await AskAsync(proxy, session) == account)
            {
                return session;
            }
        }

        throw new InvalidOperationException($"None of 100 sessions is served by {account}.");
    }

    private static async Task AdminAsync(ProxyHarness proxy, string account, string verb)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/admin/accounts/{account}/{verb}");
        request.Headers.Add("x-api-key", proxy.AdminKey);
        using var response = await proxy.Client.SendAsync(request).InTime();
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }
}
