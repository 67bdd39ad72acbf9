using System.Diagnostics;
using System.Globalization;
using ClaudeProxy.Accounts;
using ClaudeProxy.Checks;
using ClaudeProxy.Configuration;
using ClaudeProxy.Tests.Accounts;
using ClaudeProxy.Tests.Support;
using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Tests.Checks;

public sealed class BalanceCheckTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("claude-proxy-balance-").FullName;
    private readonly TestPool _pool = new(Some.Account("a"));
    private readonly CollectingLoggerProvider _logs = new();
    private readonly BalanceCheck _check;

    public BalanceCheckTests() => _check = new BalanceCheck(_pool.Clock, _logs.CreateFactory().CreateLogger<BalanceCheck>());

    [Theory]
    [InlineData("12.5", "12.5", true)]
    [InlineData("-3", "0", true)]
    [InlineData("0", "0", true)]
    [InlineData(" 1e1 ", "9.99", false)]
    [InlineData("0.01", "0", false)]
    public async Task RunAsync_Balance_SwitchesTheAccountOffAtOrBelowTheThreshold(string printed, string threshold, bool isOff)
    {
        await RunAsync($"echo '{printed}'", decimal.Parse(threshold, CultureInfo.InvariantCulture));

        Assert.Equal(isOff ? $"balance {printed} is not above {threshold}" : null, _pool["a"].SwitchedOff);
        Assert.Equal(isOff ? Tier.Unusable : Tier.Usable, _pool["a"].StandingAt(_pool.Now, null).Tier);
    }

    [Fact]
    public async Task RunAsync_BalanceComesAndGoes_IsLoggedOnceEachTime()
    {
        foreach (var balance in (int[])[5, 0, 0, 7, 7, 0])
        {
            await RunAsync($"echo {balance}");
        }

        Assert.Equal(["BalanceUsedUp", "BalanceBack", "BalanceUsedUp"], _logs.Entries.Select(entry => entry.EventId.Name));
    }

    [Theory]
    [InlineData("exit 3", "it ended with exit code 3")]
    [InlineData("echo 5; exit 3", "it ended with exit code 3")]
    [InlineData("echo 0; kill -9 $$", "it ended with exit code 137")]
    [InlineData("echo about 5 dollars", "it printed something that is not one number")]
    [InlineData("true", "it printed something that is not one number")]
    [InlineData("seq 1 100000; seq 1 100000 >&2", "it printed something that is not one number")]
    public async Task RunAsync_CommandFails_LeavesTheAccountAsItIs(string command, string reason)
    {
        await RunAsync(command);
        Assert.Null(_pool["a"].SwitchedOff);
        await RunAsync("echo 0");

        await RunAsync(command);

        Assert.NotNull(_pool["a"].SwitchedOff);
        var entries = _logs.Entries.Where(entry => entry.EventId.Name == "BalanceUnknown").ToArray();
        Assert.Equal([reason, reason], entries.Select(entry => (string)entry.Value("Reason")!));
    }

    [Fact]
    public async Task RunAsync_ProgramWithArguments_RunsWithoutAShell()
    {
        await RunAsync(["/bin/echo", "$((1 - 1))"]);

        Assert.Null(_pool["a"].SwitchedOff);
        Assert.Single(_logs.Entries, entry => entry.EventId.Name == "BalanceUnknown");
    }

    [Fact]
    public async Task RunAsync_ProgramDoesNotExist_LeavesTheAccountAsItIs()
    {
        await RunAsync([$"{_folder}/no-such-program"]);

        Assert.Null(_pool["a"].SwitchedOff);
        Assert.StartsWith("it could not be started: ", (string)Assert.Single(_logs.Entries).Value("Reason")!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_CommandOverrunsItsTime_KillsItAndAllThatItStarted()
    {
        var running = RunAsync($"sh -c 'sleep 1000 & {Note("$!")}; wait'; echo 0");
        var grandchild = await NotedAsync();
        Assert.True(IsRunning(grandchild));

        _pool.Clock.Advance(TimeSpan.FromSeconds(30));
        await running.InTime();

        await Eventually.HoldsAsync(() => !IsRunning(grandchild));
        Assert.Equal("it did not end within 30s", Assert.Single(_logs.Entries).Value("Reason"));
        Assert.Null(_pool["a"].SwitchedOff);
    }

    [Fact]
    public async Task RunAsync_AProcessIsLeftBehindThatHoldsTheOutput_EndsWithItsTime()
    {
        var running = RunAsync($"sleep 1000 & {Note("$!")}; echo 0");
        var leftBehind = await NotedAsync();
        try
        {
            _pool.Clock.Advance(TimeSpan.FromSeconds(30));
            await running.InTime();

            Assert.Null(_pool["a"].SwitchedOff);
        }
        finally
        {
            Process.GetProcessById(leftBehind).Kill();
        }
    }

    [Fact]
    public async Task RunAsync_IsCancelled_KillsTheCommand()
    {
        using var stop = new CancellationTokenSource();
        var running = RunAsync(["/bin/sh", "-c", $"{Note("$$")}; exec sleep 1000"], 0, stop.Token);
        var process = await NotedAsync();

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.InTime());
        await Eventually.HoldsAsync(() => !IsRunning(process));
        Assert.Empty(_logs.Entries);
    }

    public void Dispose()
    {
        _pool.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private Task RunAsync(string shellText, decimal threshold = 0) => RunAsync(["/bin/sh", "-c", shellText], threshold);

    private Task RunAsync(string[] command, decimal threshold = 0, CancellationToken cancellationToken = default) => _check.RunAsync(
        _pool["a"], new BalanceCheckOptions { Command = command, Threshold = threshold, Timeout = TimeSpan.FromSeconds(30) }, cancellationToken);

    private string Note(string pid) => $"echo {pid} > {_folder}/new; mv {_folder}/new {_folder}/pid";

    private async Task<int> NotedAsync()
    {
        await Eventually.HoldsAsync(() => File.Exists($"{_folder}/pid"));
        return int.Parse(await File.ReadAllTextAsync($"{_folder}/pid"), CultureInfo.InvariantCulture);
    }

    /// <summary>Whether a process runs; one that is dead and waits for its parent does not.</summary>
    private static bool IsRunning(int pid)
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
