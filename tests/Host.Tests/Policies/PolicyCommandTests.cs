using System.CommandLine;
using ClaudeProxy.Cli;

namespace ClaudeProxy.Tests.Policies;

public sealed class PolicyCommandTests : IDisposable
{
    private readonly ScriptFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Test_BuiltIn_PrintsARowForEachOutcome()
    {
        var (exitCode, output, error) = await RunAsync("test", "built_in");

        Assert.Equal((0, ""), (exitCode, error));
        Assert.Contains(Row("no answer: Connect, not sent", "NextAccount().CoolDown(Account, 1m)"), output);
        Assert.Contains(
            Row("429 rate_limit_error, retry-after 30s, 429 number 1 in a row", "NextAccount().RateLimit(Workspace, 30s)"), output);
        Assert.Contains(Row("529 overloaded_error, repeat 1", "SameAccount(after: 2s)"), output);
        Assert.Contains(Row("413 request_too_large", "Respond()"), output);
        Assert.True(output.Length > 30);
    }

    [Fact]
    public async Task Test_OneCase_ShowsItAloneToThePolicy()
    {
        var file = _folder.Write("""
            return (Status, ErrorType, ErrorCode, ErrorMessage, RetryAfter) == (429, "t", "c", "m", Seconds(30))
                && (Sent, Attempt, Repeats, PreviousStatuses.Count, Account, Model) == (false, 3, 1, 2, "a", "x")
                && Limits.ResetAfter == Minutes(5) && ConsecutiveFailures == 7 && ConsecutiveRateLimits == 4
                && (ResumesAfter, Path) == (Hours(2), "/v1/p") && Cooldown == Seconds(9) && Failure == FailureKind.Reset
                ? SameAccount(Cooldown) : Respond();
            """);

        var (exitCode, output, _) = await RunAsync([
            "test", file, "--status", "429", "--error-type", "t", "--error-code", "c", "--message", "m", "--retry-after", "30",
            "--not-sent", "--attempt", "3", "--repeats", "1", "--previous", "500", "404", "--account", "a", "--model", "x",
            "--reset-after", "5m", "--failures", "7", "--rate-limits", "4", "--cooldown", "9", "--failure", "reset",
            "--resumes-after", "2h", "--path", "/v1/p",
        ]);

        Assert.Equal(0, exitCode);
        Assert.Equal("SameAccount(after: 9s)", output[^1].Decision);
        Assert.Equal(2, output.Length);
    }

    [Theory]
    [InlineData("return Nope;", "x.csx(1,8): error CS0103: The name 'Nope' does not exist")]
    [InlineData(null, "Script 'nope.csx' does not exist")]
    public async Task Test_PolicyCannotBeUsed_SaysWhyWithExitCode2(string? text, string expected)
    {
        var (exitCode, output, error) = await RunAsync("test", text is null ? "nope.csx" : _folder.Write(text));

        Assert.Equal(2, exitCode);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.Empty(output);
    }

    [Theory]
    [InlineData("throw new InvalidOperationException(\"boom\");", "threw InvalidOperationException (boom)")]
    [InlineData("while (true) { } return Respond();", "did not end within 2s; the proxy sets aside what takes more than 50ms")]
    [InlineData("var a = 1;", "returned no decision")]
    public async Task Test_PolicyFails_SaysSoInItsRowWithExitCode2(string text, string expected)
    {
        var (exitCode, output, _) = await RunAsync("test", _folder.Write(text), "--status", "500");

        Assert.Equal(2, exitCode);
        Assert.Equal(expected, output[^1].Decision);
    }

    [Fact]
    public async Task Test_PolicyDoesNotEnd_LeavesOutTheRowsAfter()
    {
        var (_, output, _) = await RunAsync("test", _folder.Write("while (Status == 400) { } return Respond();"));

        Assert.Equal("Respond()", output[^2].Decision);
        Assert.StartsWith("did not end", output[^1].Decision, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--status=429 --retry-after=soon", "'soon' is no duration; write a number of seconds or a text such as 500ms, 30s")]
    [InlineData("--repeats=1", "How did the attempt end?")]
    public void Test_OptionMakesNoSense_SaysWhatWould(string options, string expected)
    {
        var parsed = PolicyCommand.Create(new Dictionary<string, string>(), stateDirectory: null, cacheDirectory: null).Parse($"test built_in {options}");

        Assert.StartsWith(expected, Assert.Single(parsed.Errors).Message, StringComparison.Ordinal);
    }

    private static (string Outcome, string Decision) Row(string outcome, string decision) => (outcome, decision);

    private static async Task<(int ExitCode, (string Outcome, string Decision)[] Rows, string Error)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var configuration = new InvocationConfiguration { Output = output, Error = error };
        var exitCode = await PolicyCommand.Create(new Dictionary<string, string>(), stateDirectory: null, cacheDirectory: null).Parse(arguments).InvokeAsync(configuration);
        var rows = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(line => line.Split("  ", 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .Select(cells => (cells[0], cells[^1]));
        return (exitCode, [.. rows], error.ToString());
    }
}
