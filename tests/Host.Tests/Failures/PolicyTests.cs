using ClaudeProxy.Abstractions;
using ClaudeProxy.Policies;
using ClaudeProxy.Tests.Policies;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClaudeProxy.Tests.Failures;

/// <summary>Every row of <c>docs/failure-table.md</c>, as the policies judge it.</summary>
public sealed class PolicyTests : IClassFixture<PolicyTests.Scripts>
{
    private readonly Scripts _scripts;

    public PolicyTests(Scripts scripts) => _scripts = scripts;

    public static TheoryData<string> Rows => FailureTable.Names;

    [Fact]
    public void Table_EveryRow_HasANameOfItsOwnAndIsWhole()
    {
        Assert.True(FailureTable.Rows.Count > 70);
        Assert.Equal(FailureTable.Rows.Count, FailureTable.Rows.DistinctBy(row => row.Name).Count());
        Assert.All(FailureTable.Rows, row =>
        {
            Assert.Equal(row.Scope is null, row.Duration == TimeSpan.Zero);
            Assert.True(row.Example.Status != 0 ^ row.Example.Failure != FailureKind.None);
        });
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Decide_Example_IsWhatTheRowSays(string name)
    {
        var row = FailureTable.Find(name);
        if (row.Actions.Length == 0)
        {
            Assert.InRange(row.Example.Status, 200, 299);
            return;
        }

        IFailoverPolicy builtIn = row.IsOfRelay ? MiddlewareFailoverPolicy.Instance : BuiltInFailoverPolicy.Instance;
        var outcome = OutcomeOf(row);
        Assert.Equal(row.Decisions, Decisions(builtIn, outcome, row.Actions.Length));
        Assert.Equal(row.Decisions, Decisions(row.IsOfRelay ? _scripts.Middleware : _scripts.Default, outcome, row.Actions.Length));
    }

    private static AttemptOutcome OutcomeOf(FailureRow row)
    {
        var outcome = row.Example.ToOutcome();
        return outcome with
        {
            Model = "claude-sonnet-4-5",
            Path = row.Example.Path,
            ViaRelay = row.IsOfRelay,
            PreviousStatuses = row.Example.PreviousStatus is { } status ? [status] : [],
            ConsecutiveFailures = row.Example.Alike,
            ConsecutiveRateLimits = outcome.Status == 429 ? row.Example.Alike + 1 : 0,
        };
    }

    private static IEnumerable<FailoverDecision> Decisions(IFailoverPolicy policy, AttemptOutcome outcome, int count) =>
        Enumerable.Range(0, count).Select(repeats => policy.Decide(outcome with { Repeats = repeats }));

    public sealed class Scripts : IDisposable
    {
        internal ScriptedFailoverPolicy Default { get; } = Compile("policies/default.csx");

        internal ScriptedFailoverPolicy Middleware { get; } = Compile("policies/middleware.csx");

        public void Dispose()
        {
            Default.Dispose();
            Middleware.Dispose();
        }

        private static ScriptedFailoverPolicy Compile(string file) =>
            new(new ScriptCompiler(null, NullLogger.Instance).Compile<AttemptOutcome, FailoverDecision>(RepositoryFiles.PathOf(file)));
    }
}
