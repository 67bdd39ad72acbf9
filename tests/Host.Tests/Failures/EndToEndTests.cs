using System.Text.Json;
using System.Text.Json.Nodes;
using ClaudeProxy.Abstractions;
using ClaudeProxy.Tests.EndToEnd;
using ClaudeProxy.Tests.Support;
using static ClaudeProxy.Tests.Failures.FailingUpstream;

namespace ClaudeProxy.Tests.Failures;

/// <summary>Every row of <c>docs/failure-table.md</c>, as a client and the operator see it.</summary>
public sealed class EndToEndTests : IAsyncLifetime
{
    private const string Model = "claude-sonnet-4-5";

    /// <summary>The failing account first, then one of its workspace, one of its organization, and one that shares nothing with it.</summary>
    private static readonly (string Name, Identity Identity)[] s_accounts =
    [
        ("a", new("org_1", "wrkspc_1")), ("same_workspace", new("org_1", "wrkspc_1")), ("same_organization", new("org_1", "wrkspc_2")), ("other", new("org_2", "wrkspc_3")),
    ];

    private readonly ManualTimeProvider _clock = new();
    private FakeUpstream _healthy = null!;

    public static TheoryData<string> Rows => FailureTable.Visible;

    public async Task InitializeAsync() => _healthy = await FakeUpstream.StartAsync();

    public async Task DisposeAsync() => await _healthy.DisposeAsync();

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Example_TheClientSeesWhatTheRowSaysAndExactlyItsScopeRests(string name)
    {
        var row = FailureTable.Find(name);
        await using var failing = await StartFailingAsync(row);
        await using var proxy = await ProxyHarness.StartAsync(Config(row, failing), _clock);
        await LearnIdentitiesAsync(proxy, row);
        for (var before = 0; before < row.Example.Alike; before++)
        {
            using var earlier = await SendAsync(proxy, row);
            _clock.Advance((await RestingAsync(proxy)).Count > 0 ? row.Duration : TimeSpan.Zero);
        }

        var (requestsBefore, began) = (failing.Requests, _clock.GetUtcNow());
        using var response = await SendAsync(proxy, row);

        var body = await response.Content.ReadAsStringAsync().InTime();
        var resting = await RestingAsync(proxy);
        AssertClientSees(row, (int)response.StatusCode, body, resting.Keys);
        Assert.Equal(ExpectedOf(row).Order(), resting.Keys.Order());
        Assert.All(resting.Values, until => Assert.InRange(until, began + row.Duration, _clock.GetUtcNow() + row.Duration));
        if (row.Example.Failure == FailureKind.None && row.Example.PreviousStatus is null)
        {
            Assert.Equal(Math.Max(1, row.Actions.Length), failing.Requests - requestsBefore);
        }
    }

    private static void AssertClientSees(FailureRow row, int status, string body, IEnumerable<string> resting)
    {
        if (!row.IsHidden)
        {
            Assert.Equal((row.Example.Status, row.Example.Body), (status, body));
            return;
        }

        Assert.Equal(200, status);
        var server = s_accounts.Single(account => body.Contains($"served by {account.Name}\"", StringComparison.Ordinal)).Name;
        Assert.NotEqual("a", server);
        Assert.DoesNotContain(resting, rest => rest.Split(' ')[0] == server);
    }

    private static string[] ExpectedOf(FailureRow row) => (row.Scope, row.Kind) switch
    {
        (null, _) => [],
        (Scope.Account, _) => ["a"],
        (Scope.AccountModel, _) => [$"a for {Model}"],
        (Scope.Workspace, PenaltyKind.RateLimit) => ["a for claude-sonnet-4*", "same_workspace for claude-sonnet-4*"],
        (Scope.Workspace, _) => ["a", "same_workspace"],
        (Scope.Organization, _) => ["a", "same_workspace", "same_organization"],
        _ => throw new NotSupportedException($"{row.Name}: nobody checks {row.Scope}."),
    };

    private Task<FailingUpstream> StartFailingAsync(FailureRow row)
    {
        var (name, identity) = s_accounts[0];
        (int, string)[] learnt = row.Example.Failure == FailureKind.None ? [(200, ServedMessage.By(name))] : [];
        // Where another account has answered before, it is this one, and the example comes from the next.
        var example = row.Example.PreviousStatus is { } status ? FailureExample.Read([$"{status}", row.Example.Body, .. HeadersOf(row)]) : row.Example;
        return StartAsync($"token-{name}", example, identity, learnt);
    }

    private static IEnumerable<string> HeadersOf(FailureRow row) => row.Example.Headers.Select(header => $"{header.Name}: {header.Value}");

    private JsonObject Config(FailureRow row, FailingUpstream failing)
    {
        foreach (var (name, identity) in s_accounts[1..])
        {
            var answers = _healthy.On($"token-{name}");
            answers.Run(context => AnswerAsync(context, 200, [], ServedMessage.By(name), isStream: false, identity));
            if (row.Example.PreviousStatus is not null)
            {
                answers.Run(context => AnswerAsync(context, row.Example.Status, row.Example.Headers, row.Example.Body, row.Example.IsStream, identity));
            }
            else if (row.Example.IsStream)
            {
                answers.Run(context => AnswerAsync(context, 200, [], string.Concat(Sse.Message($"served by {name}")), isStream: true, identity));
            }
        }

        return new JsonObject
        {
            ["fallback"] = true,
            ["mode"] = "fallback",
            ["policy"] = row.Policy,
            ["timeouts"] = new JsonObject { ["first_byte"] = 10 },
            ["servers"] = new JsonArray([.. s_accounts.Select(account => new JsonObject
            {
                ["name"] = account.Name,
                ["url"] = (account.Name == "a" ? failing.Address : _healthy.Address).ToString(),
                ["token"] = $"token-{account.Name}",
                ["auth_header"] = "x-api-key",
                ["models"] = new JsonArray("claude-*", $"learn-{account.Name}"),
            })]),
        };
    }

    // Who shares what is learnt from answers, so each account has to give one first.
    private static async Task LearnIdentitiesAsync(ProxyHarness proxy, FailureRow row)
    {
        foreach (var (name, _) in row.Example.Failure == FailureKind.None ? s_accounts : s_accounts[1..])
        {
            using var response = await proxy.PostMessageAsync($$"""{"model":"learn-{{name}}"}""");
            Assert.Contains($"served by {name}", await response.Content.ReadAsStringAsync().InTime(), StringComparison.Ordinal);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(ProxyHarness proxy, FailureRow row)
    {
        var sending = proxy.PostMessageAsync($$"""{"model":"{{Model}}","stream":{{(row.Example.IsStream ? "true" : "false")}}}""", row.Example.Path);
        if (row.Actions.Length > 1 || row.Example.Failure == FailureKind.Timeout)
        {
            await _clock.AdvanceUntilAsync(sending, TimeSpan.FromMilliseconds(500));
        }

        return await sending;
    }

    /// <summary>Who rests, for which models, and until when.</summary>
    private static async Task<Dictionary<string, DateTimeOffset>> RestingAsync(ProxyHarness proxy)
    {
        var resting = new Dictionary<string, DateTimeOffset>();
        foreach (var account in (await proxy.StatusAsync()).GetProperty("accounts").EnumerateArray())
        {
            var name = account.GetProperty("id").GetString()!;
            if (account.GetProperty("until") is { ValueKind: JsonValueKind.String } until)
            {
                resting[name] = until.GetDateTimeOffset();
            }

            foreach (var model in account.GetProperty("models_resting").EnumerateObject())
            {
                resting[$"{name} for {model.Name}"] = model.Value.GetDateTimeOffset();
            }
        }

        return resting;
    }
}
