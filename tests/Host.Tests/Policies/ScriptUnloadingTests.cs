using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using ClaudeProxy.Abstractions;

namespace ClaudeProxy.Tests.Policies;

public sealed class ScriptUnloadingTests : IDisposable
{
    private const int Versions = 20;

    private readonly ScriptFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Dispose_TwentyVersionsThatRan_AllUnload()
    {
        var versions = Enumerable.Range(1, Versions).Select(RunOnce).ToList();

        for (var round = 0; round < 100 && versions.Exists(version => version.IsAlive); round++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.Equal(0, versions.Count(version => version.IsAlive));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference RunOnce(int version)
    {
        using var policy = _folder.Policy($$"""
            var sum = 0;
            for (var turn = 0; turn < {{version}}; turn++) { sum += turn; }
            if (PreviousStatuses.Any(status => status == sum)) { throw new InvalidOperationException($"{sum}"); }
            return SameAccount(Seconds(sum));
            """);
        var sum = version * (version - 1) / 2;

        Assert.Equal(TimeSpan.FromSeconds(sum), policy.Decide(new AttemptOutcome()).After);
        Assert.Throws<InvalidOperationException>(() => policy.Decide(new AttemptOutcome { PreviousStatuses = [sum] }));
        return new WeakReference(AssemblyLoadContext.All.Last(context => context.Name == $"Script {policy.Path}"), trackResurrection: true);
    }
}
