using System.CommandLine;
using ClaudeProxy.Cli;
using ClaudeProxy.Tests.EndToEnd;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Cli;

/// <summary>The commands that ask a running proxy.</summary>
public sealed class AdminCommandTests
{
    [Fact]
    public async Task Explain_RequestThatFailedOver_TellsItsStory()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Error(503, "api_error");
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b");
        using var response = await proxy.PostMessageAsync();
        var id = response.Headers.GetValues("x-claude-proxy-request-id").Single();

        var (exitCode, output, error) = await RunAsync(proxy, "explain", id, "--url", proxy.Address.ToString());

        Assert.Equal((0, ""), (exitCode, error));
        Assert.Contains(id, output);
        Assert.Matches("picked a +chosen by round_robin among 2 usable of 2", output);
        Assert.Matches("a did not serve it +503 api_error", output);
        Assert.Contains("NextAccount().CoolDown(Account, ", output);
        Assert.Contains("a rests until ", output);
        Assert.Matches("picked b +the only usable one of 2", output);
        Assert.Matches("not a +tried already", output);
    }

    [Fact]
    public async Task Explain_Last_ListsTheNewestWithTheirWay()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Error(503, "api_error");
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b");
        using var failedOver = await proxy.PostMessageAsync();
        using var straight = await proxy.PostMessageAsync();
        string IdOf(HttpResponseMessage response) => response.Headers.GetValues("x-claude-proxy-request-id").Single();

        var all = await RunAsync(proxy, "explain", "--last", "2", "--url", proxy.Address.ToString());
        var newest = await RunAsync(proxy, "explain", "--last", "1", "--url", proxy.Address.ToString());
        var notable = await RunAsync(proxy, "explain", "--notable", "--url", proxy.Address.ToString());

        Assert.Contains("a (503) > ", all.Output);
        Assert.Equal((true, true), (all.Output.Contains(IdOf(failedOver)), all.Output.Contains(IdOf(straight))));
        Assert.Equal((false, true), (newest.Output.Contains(IdOf(failedOver)), newest.Output.Contains(IdOf(straight))));
        Assert.Equal((true, false), (notable.Output.Contains(IdOf(failedOver)), notable.Output.Contains(IdOf(straight))));
    }

    [Fact]
    public async Task Explain_AddressOfTheConfiguration_IsAsked()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");
        var config = ProxyHarness.Config(upstream, "a");
        config["port"] = proxy.Address.Port;
        var path = Path.Combine(proxy.Folder, "running.json");
        await File.WriteAllTextAsync(path, config.ToJsonString());

        var (exitCode, output, error) = await RunAsync(proxy, "explain", "--config", path);

        Assert.Equal((0, ""), (exitCode, error));
        Assert.Contains("No request is remembered.", output);
    }

    [Theory]
    [InlineData("http://127.0.0.1:1", "There is no admin key for http://127.0.0.1:1/: is the proxy running, and as this account?")]
    [InlineData("127.0.0.1:1", "--url is 127.0.0.1:1; it must be an address such as http://127.0.0.1:3000.")]
    public async Task Explain_NobodyThere_SaysWhatToDo(string url, string sentence)
    {
        var (exitCode, _, error) = await RunAsync([], stateFolder: null, "explain", "--url", url);

        Assert.Equal(2, exitCode);
        Assert.StartsWith(sentence, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_KeyThatIsNotTaken_SaysWhatToDo()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");
        var environment = new Dictionary<string, string> { ["CLAUDE_PROXY_ADMIN_KEY"] = "wrong-key" };

        var (exitCode, _, error) = await RunAsync(environment, proxy.StateFolder, "explain", "--url", proxy.Address.ToString());

        Assert.Equal(2, exitCode);
        Assert.Contains("does not take this admin key", error);
        Assert.DoesNotContain("wrong-key", error);
    }

    [Fact]
    public async Task Accounts_DisableAndEnable_ChangesTheRunningProxy()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");

        var disabled = await RunAsync(proxy, "accounts", "disable", "a", "--url", proxy.Address.ToString());
        var state = await proxy.StateOfAsync("a");
        var enabled = await RunAsync(proxy, "accounts", "enable", "a", "--url", proxy.Address.ToString());

        Assert.Equal((0, "a is disabled."), (disabled.ExitCode, disabled.Output.Trim()));
        Assert.Equal("disabled", state);
        Assert.Equal((0, "a is usable."), (enabled.ExitCode, enabled.Output.Trim()));
    }

    [Fact]
    public async Task Replay_PolicyThatDecidesOtherwise_ShowsWhere()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Error(429, "rate_limit_error", retryAfter: "30");
        upstream.On("token-b").Error(503, "api_error");
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b", "c");
        using var response = await proxy.PostMessageAsync();
        var policy = Path.Combine(proxy.Folder, "mine.csx");
        await File.WriteAllTextAsync(policy, "return Status == 503 ? SameAccount(Seconds(3)) : NextAccount().RateLimit(Scope.Account, RetryAfter ?? Seconds(1));");

        var other = await RunAsync(proxy, "policy", "replay", policy, "--url", proxy.Address.ToString());
        var same = await RunAsync(proxy, "policy", "replay", "built_in", "--url", proxy.Address.ToString());

        Assert.Equal((0, ""), (other.ExitCode, other.Error));
        Assert.Matches(@"b: 503 api_error.* NextAccount\(\)\.CoolDown\(Account, .*\) +SameAccount\(after: 3s\)", other.Output);
        Assert.StartsWith("2 failed attempts of 1 requests: 0 would be decided differently.", same.Output, StringComparison.Ordinal);
    }

    private static Task<(int ExitCode, string Output, string Error)> RunAsync(ProxyHarness proxy, params string[] arguments) =>
        RunAsync([], proxy.StateFolder, arguments);

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(
        Dictionary<string, string> environment, string? stateFolder, params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var root = new RootCommand
        {
            ExplainCommand.Create(environment, stateFolder),
            AccountsCommand.Create(environment, stateFolder),
            PolicyCommand.Create(environment, stateFolder, cacheDirectory: null),
        };
        var exitCode = await CommandLine.RunAsync(root, arguments, output, error, CancellationToken.None).InTime();
        return (exitCode, output.ToString(), error.ToString());
    }
}
