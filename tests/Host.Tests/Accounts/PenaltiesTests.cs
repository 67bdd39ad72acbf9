using ClaudeProxy.Abstractions;
using ClaudeProxy.Accounts;
using ClaudeProxy.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClaudeProxy.Tests.Accounts;

public sealed class PenaltiesTests : IDisposable
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    private readonly TestPool _pool = new(Some.Account("a"), Some.Account("b"), Some.Account("c"), Some.Account("d", new Uri("http://127.0.0.1:10")));
    private readonly Penalties _penalties;

    public PenaltiesTests() => _penalties = new Penalties(_pool.Clock, NullLogger<Penalties>.Instance);

    [Fact]
    public void Apply_Account_LetsItAloneRest()
    {
        Apply("a", new Penalty(PenaltyKind.CoolDown, Scope.Account, s_minute));

        Assert.Equal("a", Resting());
    }

    [Fact]
    public void Apply_AccountModel_LetsItRestForThatModel()
    {
        Apply("a", new Penalty(PenaltyKind.RateLimit, Scope.AccountModel, s_minute));

        Assert.Equal("", Resting("claude-opus-4-1"));
        Assert.Equal("a", Resting("claude-sonnet-4-5"));
    }

    [Fact]
    public void Apply_AccountModelWithoutAModel_LetsTheAccountRest()
    {
        Apply("a", new Penalty(PenaltyKind.CoolDown, Scope.AccountModel, s_minute), model: null);

        Assert.Equal("a", Resting());
    }

    [Fact]
    public void Apply_RateLimitOfAKnownWorkspace_LetsAllItsAccountsRestForTheModelsOfThatClass()
    {
        LearnIdentities();

        Apply("a", new Penalty(PenaltyKind.RateLimit, Scope.Workspace, s_minute));

        Assert.Equal("", Resting());
        Assert.Equal("ad", Resting("claude-sonnet-4-5"));
        Assert.Equal("ad", Resting("claude-sonnet-4-6"));
        Assert.Equal("", Resting("claude-opus-4-6"));
    }

    [Fact]
    public void Apply_RateLimitOfAKnownWorkspaceWithoutAModel_LetsTheAccountAloneRest()
    {
        LearnIdentities();

        Apply("a", new Penalty(PenaltyKind.RateLimit, Scope.Workspace, s_minute), model: null);

        Assert.Equal("a", Resting());
    }

    [Fact]
    public void Apply_FaultOfAKnownWorkspace_LetsAllItsAccountsRest()
    {
        LearnIdentities();

        Apply("a", new Penalty(PenaltyKind.CoolDown, Scope.Workspace, s_minute));

        Assert.Equal("ad", Resting());
    }

    [Fact]
    public void Apply_Organization_LetsAllItsAccountsRestAndTheAccountAloneBeforeItIsKnown()
    {
        Apply("c", new Penalty(PenaltyKind.CoolDown, Scope.Organization, s_minute));
        Assert.Equal("c", Resting());
        LearnIdentities();

        Apply("a", new Penalty(PenaltyKind.CoolDown, Scope.Organization, s_minute));

        Assert.Equal("abcd", Resting());
    }

    [Fact]
    public void Apply_ModelsOfTheClassAreTriedAgainAfterwards_OneAtATimeUntilOneIsServed()
    {
        LearnIdentities();
        Apply("a", new Penalty(PenaltyKind.RateLimit, Scope.Workspace, s_minute));
        _pool.Clock.Advance(s_minute);

        using (var probe = LeaseOf("a", "claude-sonnet-4-6"))
        {
            Assert.Null(LeaseOf("a"));
            Assert.True(probe.Succeed());
        }

        using var first = LeaseOf("a");
        using var second = LeaseOf("a");
        Assert.NotNull(second);
    }

    [Fact]
    public void Apply_WorkspaceIsUnknown_LetsTheAccountAloneRest()
    {
        Apply("a", new Penalty(PenaltyKind.RateLimit, Scope.Workspace, s_minute));

        Assert.Equal("a", Resting());
    }

    [Fact]
    public void Apply_Upstream_LetsAllBehindItRest()
    {
        Apply("a", new Penalty(PenaltyKind.CoolDown, Scope.Upstream, s_minute));

        Assert.Equal("abc", Resting());
    }

    [Fact]
    public void Apply_UnreachedThroughOneAccount_TheUpstreamStaysUsable()
    {
        FailToReach("a");
        FailToReach("a");

        Assert.Equal("a", Resting());
    }

    [Fact]
    public void Apply_UnreachedThroughTwoAccounts_TheUpstreamRestsToo()
    {
        FailToReach("a");
        FailToReach("b");

        Assert.Equal("abc", Resting());
    }

    [Fact]
    public void Apply_AnAnswerLiesBetween_TheUpstreamStaysUsable()
    {
        FailToReach("a");
        using (var lease = LeaseOf("c"))
        {
            lease.Upstream.Answered(lease.Began);
        }

        FailToReach("b");

        Assert.Equal("ab", Resting());
    }

    [Fact]
    public void Apply_UpstreamAnswersAgain_AllThatCouldNotReachItAreUsableAtOnce()
    {
        FailToReach("a");
        FailToReach("b");

        using (var lease = LeaseOf("c"))
        {
            Assert.True(lease.Upstream.Answered(lease.Began));
        }

        Assert.Equal("", Resting());
    }

    [Theory]
    [InlineData("a")]
    [InlineData("b")]
    [InlineData("c")]
    public void Apply_ProbeOfTheUpstreamFails_ItRestsTwiceAsLongWhoeverProbedIt(string prober)
    {
        FailToReach("a");
        FailToReach("b");
        _pool.Clock.Advance(s_minute);

        FailToReach(prober);

        Assert.Equal("abc", Resting());
        Assert.Equal(_pool.Now + 2 * s_minute, _pool["c"].Upstream.Cooldown.Fault!.Until);
    }

    [Fact]
    public void Apply_LongestDurationThereIs_LastsForEver()
    {
        Apply("a", new Penalty(PenaltyKind.RateLimit, Scope.Account, TimeSpan.MaxValue));

        Assert.Equal(DateTimeOffset.MaxValue, _pool["a"].Cooldown.Limit!.Until);
    }

    public void Dispose() => _pool.Dispose();

    // Accounts a and d share a workspace, b has another one of the same organization; of c nothing is known.
    private void LearnIdentities()
    {
        _pool["a"].Record.Answered("wrkspc_1", "org_1");
        _pool["b"].Record.Answered("wrkspc_2", "org_1");
        _pool["d"].Record.Answered("wrkspc_1", "org_1");
    }

    private void FailToReach(string account) => Apply(account, new Penalty(PenaltyKind.CoolDown, Scope.Account, s_minute), isTransport: true);

    private void Apply(string account, Penalty penalty, string? model = "claude-sonnet-4-5", bool isTransport = false)
    {
        using var lease = LeaseOf(account, model);
        _penalties.Apply(penalty, lease, "test", isTransport, _pool.Pool);
    }

    private Lease LeaseOf(string account, string? model = "claude-sonnet-4-5") =>
        Lease.TryTake(_pool[account], model, _pool.Store.Epoch, _pool.Now)!;

    private string Resting(string? model = null) => string.Concat(_pool.Pool.Accounts
        .Where(account => account.StandingAt(_pool.Now, model).Tier != Tier.Usable)
        .Select(account => account.AccountId));
}
