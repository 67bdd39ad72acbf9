using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.EndToEnd;

/// <summary>Checks that the configuration asks for, every second.</summary>
public sealed class AccountChecksTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("claude-proxy-checks-").FullName;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task BalanceIsUsedUp_AccountIsNotUsedEvenAsALastResortUntilItHasBalanceAgain(bool isShellText)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-b").Answer(500);
        WriteBalance("1.5");
        var config = ProxyHarness.Config(upstream, "a", "b");
        config["servers"]![0]!["balance_check"] = isShellText ? $"echo $(cat '{BalanceFile}')" : new JsonArray("/bin/cat", BalanceFile);
        config["servers"]![0]!["balance_check_interval"] = 1;
        config["servers"]![0]!["balance_check_threshold"] = 1.5;
        await using var proxy = await ProxyHarness.StartAsync(config);
        await proxy.HoldsAsync(status => StateOfFirst(status) == "unusable");

        for (var i = 0; i < 3; i++)
        {
            (await proxy.PostMessageAsync()).Dispose();
        }

        Assert.Equal(["token-b", "token-b", "token-b"], upstream.Attempts);
        Assert.Equal("balance 1.5 is not above 1.5", (await proxy.AccountAsync("a")).GetProperty("reason").GetString());
        WriteBalance("20");
        await proxy.HoldsAsync(status => StateOfFirst(status) == "usable");
        using var response = await proxy.PostMessageAsync();
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("token-a", upstream.Attempts[^1]);
    }

    [Fact]
    public async Task CheckIsTakenOutOfTheConfiguration_AccountIsUsedAgain()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var config = ProxyHarness.Config(upstream, "a");
        config["servers"]![0]!["balance_check"] = "echo 0";
        await using var proxy = await ProxyHarness.StartAsync(config);
        await proxy.HoldsAsync(status => StateOfFirst(status) == "unusable");

        proxy.WriteConfig(ProxyHarness.Config(upstream, "a"));
        await proxy.Proxy.ReloadAsync(CancellationToken.None).InTime();

        Assert.Equal("usable", await proxy.StateOfAsync("a"));
    }

    [Fact]
    public async Task HealthCheckSucceeds_CooldownEndsLongBeforeItsTime()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(500).Answer(503).Answer(200).Answer(200, "from a");
        var config = ProxyHarness.Config(upstream, "a", "b");
        config["mode"] = "fallback";
        config["cooldown"] = "10m";
        config["servers"]![0]!["health_check"] = new JsonObject { ["path"] = "/healthz", ["interval"] = 1 };
        await using var proxy = await ProxyHarness.StartAsync(config);
        (await proxy.PostMessageAsync()).Dispose();
        Assert.Equal(["cooling_down", "usable"], await proxy.StatesAsync());

        await proxy.HoldsAsync(status => StateOfFirst(status) == "half_open");
        using var response = await proxy.PostMessageAsync();

        Assert.Equal("from a", await response.Content.ReadAsStringAsync());
        Assert.Equal(["usable", "usable"], await proxy.StatesAsync());
        Assert.Equal(["POST", "POST", "GET", "GET", "POST"], upstream.Requests.Select(request => request.Method));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string BalanceFile => Path.Combine(_folder, "balance");

    private void WriteBalance(string text)
    {
        File.WriteAllText(BalanceFile + ".new", text);
        File.Move(BalanceFile + ".new", BalanceFile, overwrite: true);
    }

    private static string? StateOfFirst(JsonElement status) => status.GetProperty("accounts")[0].GetProperty("state").GetString();
}
