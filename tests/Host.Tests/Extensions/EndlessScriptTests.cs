using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using ClaudeProxy.Abstractions;
using ClaudeProxy.Extensions;
using ClaudeProxy.Policies;
using ClaudeProxy.Tests.Policies;

namespace ClaudeProxy.Tests.Extensions;

public sealed class EndlessScriptTests : IDisposable
{
    private static readonly AttemptOutcome s_outcome = new() { Status = 500 };

    private readonly ScriptFolder _folder = new();
    private readonly RecordingLogger _logger = new();
    private readonly CallWatchdog _watchdog = new(TimeProvider.System);

    public void Dispose()
    {
        _watchdog.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("while (true) { }")]
    [InlineData("while (true) ;")]
    [InlineData("for (;;) ;")]
    [InlineData("do { continue; } while (true);")]
    [InlineData("again: goto again;")]
    [InlineData("while (true) { try { while (true) { } } catch { } }")]
    [InlineData("IEnumerable<int> Numbers() { while (true) { yield return 1; } }\nreturn SameAccount(Seconds(Numbers().Sum(_ => 0)));")]
    [InlineData("foreach (var number in Enumerable.Repeat(1, int.MaxValue).SelectMany(_ => Enumerable.Range(1, int.MaxValue))) { }")]
    [InlineData("switch (Status) { case 500: goto case 500; } return Respond();")]
    [InlineData("foreach (var (one, two) in Enumerable.Repeat((1, 2), int.MaxValue)) { for (var n = 0; n < int.MaxValue; n++) ; }")]
    [InlineData("Func<int> endless = () => { while (true) { } };\nreturn SameAccount(Seconds(endless()));")]
    public async Task DecideAsync_EndlessLoop_HoldsItsRequestNoLongerAndGivesItsThreadBack(string text)
    {
        using var script = _folder.Policy(text + "\nreturn Respond();");
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var policy = new DelegatingFailoverPolicy(outcome => Run(script, outcome, ended));
        await using var guard = new GuardedFailoverPolicy("endless", policy, _watchdog, _logger);

        var decision = await guard.DecideAsync(s_outcome).Soon();
        await ended.Soon();

        Assert.Equal(BuiltInFailoverPolicy.Instance.Decide(s_outcome), decision);
        Assert.Equal("ExtensionSetAside", Assert.Single(_logger.EventNames));
    }

    [Theory]
    [InlineData("int Deeper(int depth) => Deeper(depth + 1) + 1;")]
    [InlineData("int Deeper(int depth)\n{\n    return Deeper(depth + 1) + 1;\n}")]
    [InlineData("Func<int, int> Deeper = null;\nDeeper = depth => { return Deeper(depth + 1) + 1; };")]
    public async Task DecideAsync_EndlessRecursion_IsAFailureAndNotTheEndOfTheProcess(string text)
    {
        using var script = _folder.Policy(text + "\nreturn SameAccount(Seconds(Deeper(0)));");
        await using var guard = new GuardedFailoverPolicy("deep", script, _watchdog, _logger);

        var decision = await guard.DecideAsync(s_outcome).Soon();

        Assert.Equal(BuiltInFailoverPolicy.Instance.Decide(s_outcome), decision);
        Assert.Single(_logger.EventNames);
    }

    [Fact]
    public async Task DecideAsync_ScriptThrows_ReportNamesFileAndLine()
    {
        using var script = _folder.Policy("var none = PreviousStatuses;\nreturn SameAccount(Seconds(none[3]));");
        await using var guard = new GuardedFailoverPolicy("mine", script, _watchdog, _logger);

        await guard.DecideAsync(s_outcome).Soon();

        Assert.Contains("x.csx(2); the built-in choice", Assert.Single(_logger.Messages), StringComparison.Ordinal);
    }

    [Fact]
    public async Task DisposeAsync_ScriptThatOverran_Unloads()
    {
        var version = await OverrunAndDisposeAsync();

        for (var round = 0; round < 1000 && version.IsAlive; round++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.Yield();
        }

        Assert.False(version.IsAlive);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private async Task<WeakReference> OverrunAndDisposeAsync()
    {
        var script = _folder.Policy("while (true) { }\nreturn Respond();");
        await using var guard = new GuardedFailoverPolicy("endless", script, _watchdog, _logger);

        await guard.DecideAsync(s_outcome).Soon();
        return new WeakReference(AssemblyLoadContext.All.Last(context => context.Name == $"Script {script.Path}"), trackResurrection: true);
    }

    private static FailoverDecision Run(ScriptedFailoverPolicy script, AttemptOutcome outcome, TaskCompletionSource ended)
    {
        try
        {
            return script.Decide(outcome);
        }
        finally
        {
            ended.SetResult();
        }
    }
}
