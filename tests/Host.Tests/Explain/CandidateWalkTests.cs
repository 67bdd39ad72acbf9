using ClaudeProxy.Accounts;
using ClaudeProxy.Explain;
using ClaudeProxy.Tests.Accounts;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Explain;

public sealed class CandidateWalkTests
{
    private const string Model = "claude-sonnet-4-5";

    [Fact]
    public async Task Others_EachForItsOwnReason_SaysWhich()
    {
        using var pool = new TestPool(
            Some.Account("picked") with { Priority = 1 },
            Some.Account("equal") with { Priority = 1 },
            Some.Account("later") with { Priority = 2 },
            Some.Account("tried"),
            Some.Account("opus") with { Models = ["claude-opus-*"] },
            Some.Account("off"),
            Some.Account("limited"),
            Some.Account("faulty"),
            Some.Account("full") with { MaxConcurrency = 1 });
        var tried = new TriedAccounts();
        tried.Add(pool["tried"]);
        pool["off"].SwitchedOff = "no balance";
        pool.RateLimit("limited", TimeSpan.FromMinutes(5));
        pool.CoolDown("faulty", TimeSpan.FromMinutes(1));
        using var picked = await pool.LeaseAsync(tried);
        using var full = Lease.TryTake(pool["full"], Model, pool.Store.Epoch, pool.Now);

        var notes = CandidateWalk.Others(pool.Pool, pool.Now, Model, tried, pool["picked"]);

        Assert.Equal(
        [
            new CandidateNote("equal", Skipped.NotChosen),
            new CandidateNote("later", Skipped.LowerPriority),
            new CandidateNote("tried", Skipped.Tried),
            new CandidateNote("opus", Skipped.ModelNotAllowed),
            new CandidateNote("off", Skipped.SwitchedOff, Detail: "no balance"),
            new CandidateNote("limited", Skipped.RateLimited, pool.Now.AddMinutes(5), "429"),
            new CandidateNote("faulty", Skipped.CoolingDown, pool.Now.AddMinutes(1), "500"),
            new CandidateNote("full", Skipped.NoRoom, Detail: "1 in flight"),
        ],
        notes);
    }

    [Fact]
    public async Task Others_HalfOpenAndProbedByAnother_IsToldApartFromUsable()
    {
        using var pool = new TestPool(Some.Account("a"));
        pool.CoolDown("a", TimeSpan.FromSeconds(1));
        pool.Clock.Advance(TimeSpan.FromSeconds(2));
        using var probe = await pool.LeaseAsync();

        var notes = CandidateWalk.Others(pool.Pool, pool.Now, Model, new TriedAccounts(), picked: null);

        Assert.Equal([new CandidateNote("a", Skipped.Probing)], notes);
    }

    [Fact]
    public async Task Others_BackFromARest_IsToldToComeStepByStep()
    {
        using var pool = new TestPool(Some.Account("a"));
        pool.CoolDown("a", TimeSpan.FromSeconds(1));
        pool.Clock.Advance(TimeSpan.FromSeconds(2));
        using (var probe = await pool.LeaseAsync())
        {
            probe!.Succeed();
        }

        var notes = CandidateWalk.Others(pool.Pool, pool.Now, Model, new TriedAccounts(), picked: null);

        Assert.Equal([new CandidateNote("a", Skipped.Recovering)], notes);
    }

    [Fact]
    public void Others_ThousandsOfAccounts_NamesABoundedNumber()
    {
        using var pool = new TestPool([.. Enumerable.Range(0, 5000).Select(i => Some.Account($"{i}"))]);

        var notes = CandidateWalk.Others(pool.Pool, pool.Now, Model, new TriedAccounts(), picked: null);

        Assert.Equal(32, notes.Count);
    }
}
