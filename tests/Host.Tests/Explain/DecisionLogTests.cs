using ClaudeProxy.Explain;
using ClaudeProxy.Telemetry;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Explain;

public sealed class DecisionLogTests
{
    private readonly DecisionLog _log = new(new ManualTimeProvider());

    [Fact]
    public void Last_SeveralRequests_GivesTheNewestFirst()
    {
        foreach (var id in (string[])["1", "2", "3"])
        {
            Serve(id);
        }

        Assert.Equal(["3", "2"], _log.Last(2, onlyNotable: false).Select(record => record.RequestId));
        Assert.Empty(_log.Last(2, onlyNotable: true));
        Assert.Equal("1", _log.Find("1")?.RequestId);
        Assert.Null(_log.Find("4"));
    }

    [Fact]
    public void Begin_MoreRequestsThanItKeeps_ForgetsTheOldest()
    {
        for (var i = 0; i < DecisionLog.Capacity + 5; i++)
        {
            Serve($"{i}");
        }

        Assert.Null(_log.Find("4"));
        Assert.NotNull(_log.Find("5"));
        Assert.Equal(DecisionLog.Capacity, _log.Last(int.MaxValue, onlyNotable: false).Count);
    }

    [Fact]
    public void Keep_RequestThatWasRefused_IsFoundLongAfterwards()
    {
        Serve("refused", error: "Nobody is left.");
        for (var i = 0; i < 2 * DecisionLog.Capacity; i++)
        {
            Serve($"{i}");
        }

        Assert.Equal("Nobody is left.", _log.Find("refused")?.Report().End?.Error);
        Assert.Equal(["refused"], _log.Last(10, onlyNotable: true).Select(record => record.RequestId));
    }

    [Fact]
    public void Noted_WithoutEnd_KeepsABoundedNumberOfSteps()
    {
        var record = _log.Begin(Some.Request());

        for (var i = 0; i < 100; i++)
        {
            record.Noted($"step {i}");
        }

        var report = record.Report();
        Assert.Equal((32, 68), (report.Steps.Count, report.StepsLeftOut));
        Assert.Equal("step 0", Assert.IsType<NoteStep>(report.Steps[0]).Text);
    }

    private void Serve(string id, string? error = null)
    {
        var trace = new RequestTrace(id) { Decisions = _log.Begin(Some.Request() with { RequestId = id }), Error = error };
        trace.Decisions.Finished(trace, error is null ? 200 : 503);
    }
}
