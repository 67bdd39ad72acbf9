using System.Net;
using System.Text.Json.Nodes;
using ClaudeProxy.Tests.EndToEnd;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Checks;

public sealed class BalanceCheckTests : IDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("claude-proxy-balance-").FullName;

    [Theory]
    [InlineData("12.5", 12.5, "unusable")]
    [InlineData("-3", 0, "unusable")]
    [InlineData("0", 0, "unusable")]
    [InlineData(" 1e1 \n", 9.99, "usable")]
    [InlineData("0.01", 0, "usable")]
    public async Task ShellText_AccountIsUsedWhileItsBalanceIsAboveTheThreshold(string printed, double threshold, string state)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        WriteBalance(printed);
        var config = Config(upstream, $"cat < '{BalanceFile}' && touch '{_folder}/ran'");
        config["servers"]![0]!["balance_check_threshold"] = threshold;
        await using var proxy = await ProxyHarness.StartAsync(config, _clock);

        await Eventually.HoldsAsync(() => File.Exists($"{_folder}/ran"));
        if (state == "unusable")
        {
            await proxy.HoldsAsync(status => StateOfFirst(status) == "unusable");
            Assert.Equal($"balance {printed} is not above {threshold}", (await proxy.AccountAsync("a")).GetProperty("reason").GetString());
        }

        // A second run has ended, so that the first has had its effect.
        await RunAgainAsync();
        Assert.Equal(state, await proxy.StateOfAsync("a"));
        Assert.Equal(state == "usable" ? 2 : 1, (await proxy.HealthAsync()).GetProperty("available_servers").GetInt32());

        async Task RunAgainAsync()
        {
            for (var run = 0; run < 2; run++)
            {
                await Eventually.HoldsAsync(() => File.Exists($"{_folder}/ran"));
                File.Delete($"{_folder}/ran");
                while (!File.Exists($"{_folder}/ran"))
                {
                    _clock.Advance(TimeSpan.FromSeconds(300));
                    await Task.Yield();
                }
            }
        }
    }

    [Fact]
    public async Task ProgramAndArguments_RunWithoutAShell()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(Config(upstream, new JsonArray("/bin/echo", "$((1 + 1))")), _clock);

        await Eventually.HoldsAsync(() => Logged(proxy, "BalanceUnknown") == 1);

        Assert.Equal("usable", await proxy.StateOfAsync("a"));
    }

    [Fact]
    public async Task BalanceIsUsedUp_AccountIsNotUsedEvenAsALastResortUntilItHasBalanceAgain()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-b").Answer(500);
        WriteBalance("0");
        await using var proxy = await ProxyHarness.StartAsync(Config(upstream, $"cat '{BalanceFile}'"), _clock);
        await proxy.HoldsAsync(status => StateOfFirst(status) == "unusable");

        for (var i = 0; i < 3; i++)
        {
            (await proxy.PostMessageAsync()).Dispose();
        }

        Assert.Equal(["token-b", "token-b", "token-b"], upstream.Attempts);
        WriteBalance("20");
        await AdvanceUntilAsync(() => Logged(proxy, "BalanceBack") == 1);
        using var response = await proxy.PostMessageAsync();
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("token-a", upstream.Attempts[^1]);
        Assert.Equal(1, Logged(proxy, "BalanceUsedUp"));
    }

    [Theory]
    [InlineData("exit 3", "it ended with exit code 3")]
    [InlineData("echo 5; exit 3", "it ended with exit code 3")]
    [InlineData("echo 0; kill -9 $$", "it ended with exit code 137")]
    [InlineData("echo about 5 dollars", "it printed something that is not one number")]
    [InlineData("true", "it printed something that is not one number")]
    [InlineData("seq 1 100000", "it printed something that is not one number")]
    public async Task CommandFails_AccountStaysAsItIs(string command, string reason)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        WriteBalance("0");
        await using var proxy = await ProxyHarness.StartAsync(Config(upstream, $"if [ -e '{BalanceFile}' ]; then cat '{BalanceFile}'; else {command}; fi"), _clock);
        await proxy.HoldsAsync(status => StateOfFirst(status) == "unusable");

        File.Delete(BalanceFile);
        await AdvanceUntilAsync(() => Logged(proxy, "BalanceUnknown") >= 1);

        Assert.Equal("unusable", await proxy.StateOfAsync("a"));
        Assert.Equal(reason, proxy.Logs.Entries.First(entry => entry.EventId.Name == "BalanceUnknown").Value("Reason"));
    }

    [Fact]
    public async Task ProgramDoesNotExist_AccountStaysAsItIs()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(Config(upstream, new JsonArray($"{_folder}/no-such-program")), _clock);

        await Eventually.HoldsAsync(() => Logged(proxy, "BalanceUnknown") == 1);

        Assert.Equal("usable", await proxy.StateOfAsync("a"));
    }

    [Fact]
    public async Task CommandOverrunsItsTime_ItIsKilledWithAllThatItStarted()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(
            Config(upstream, $"sh -c 'sleep 1000 & echo $! > {_folder}/pid.new; mv {_folder}/pid.new {_folder}/pid; wait'; echo 0"), _clock);
        await Eventually.HoldsAsync(() => File.Exists($"{_folder}/pid"));
        var grandchild = (await File.ReadAllTextAsync($"{_folder}/pid")).Trim();
        Assert.True(IsRunning(grandchild));

        await AdvanceUntilAsync(() => Logged(proxy, "BalanceUnknown") >= 1);

        await Eventually.HoldsAsync(() => !IsRunning(grandchild));
        Assert.Equal("it did not end within 30s", proxy.Logs.Entries.First(entry => entry.EventId.Name == "BalanceUnknown").Value("Reason"));
        Assert.Equal("usable", await proxy.StateOfAsync("a"));
    }

    [Fact]
    public async Task CommandLeavesAProcessBehindThatHoldsItsOutput_TheCheckEndsAllTheSame()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(
            Config(upstream, $"sleep 1000 & echo $! > '{_folder}/pid.new'; mv '{_folder}/pid.new' '{_folder}/pid'; echo 0"), _clock);
        await Eventually.HoldsAsync(() => File.Exists($"{_folder}/pid"));

        await AdvanceUntilAsync(() => Logged(proxy, "BalanceUnknown") >= 1);

        Assert.Equal("usable", await proxy.StateOfAsync("a"));
        System.Diagnostics.Process.GetProcessById(int.Parse(await File.ReadAllTextAsync($"{_folder}/pid"), null)).Kill();
    }

    [Fact]
    public async Task ProxyStops_TheCommandIsKilled()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var command = $"echo $$ > '{_folder}/pid.new'; mv '{_folder}/pid.new' '{_folder}/pid'; exec sleep 1000";
        await using (await ProxyHarness.StartAsync(Config(upstream, command), _clock))
        {
            await Eventually.HoldsAsync(() => File.Exists($"{_folder}/pid"));
        }

        Assert.False(IsRunning((await File.ReadAllTextAsync($"{_folder}/pid")).Trim()));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string BalanceFile => Path.Combine(_folder, "balance");

    private void WriteBalance(string text)
    {
        File.WriteAllText(BalanceFile + ".new", text);
        File.Move(BalanceFile + ".new", BalanceFile, overwrite: true);
    }

    private Task AdvanceUntilAsync(Func<bool> fact) => Eventually.HoldsAsync(() =>
    {
        _clock.Advance(TimeSpan.FromSeconds(15));
        return fact();
    });

    private static JsonObject Config(FakeUpstream upstream, JsonNode command)
    {
        var config = ProxyHarness.Config(upstream, "a", "b");
        config["servers"]![0]!["balance_check"] = command;
        return config;
    }

    private static int Logged(ProxyHarness proxy, string name) => proxy.Logs.Entries.Count(entry => entry.EventId.Name == name);

    private static string? StateOfFirst(System.Text.Json.JsonElement status) => status.GetProperty("accounts")[0].GetProperty("state").GetString();

    /// <summary>Whether a process runs; one that is dead and waits for its parent does not.</summary>
    private static bool IsRunning(string pid)
    {
        try
        {
            return !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
