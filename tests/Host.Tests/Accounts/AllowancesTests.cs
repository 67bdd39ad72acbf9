using ClaudeProxy.Abstractions;
using ClaudeProxy.Accounts;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Accounts;

/// <summary>What is known of the limits of accounts, and what follows for the choice among them.</summary>
public sealed class AllowancesTests
{
    private const string Opus = "claude-opus-4-1";
    private const string Sonnet = "claude-sonnet-4-5";
    private const string Haiku = "claude-haiku-4-5";

    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task NoteAnswer_LittleIsLeft_AccountIsUsedOnlyWhenTheOthersAreAsShort()
    {
        using var pool = new TestPool(Some.Account("a"), Some.Account("b"));
        await AnswerAsync(pool, Requests(100, 9));

        Assert.Equal("b", (await pool.LeaseAsync())!.Account.AccountId);
        await AnswerAsync(pool, Requests(100, 8), "b");
        Assert.Equal("a", (await pool.LeaseAsync())!.Account.AccountId);
    }

    [Fact]
    public async Task NoteAnswer_NothingIsLeft_AccountIsALastResortUntilEnoughHasFlowedIn()
    {
        using var pool = new TestPool(Some.Account("a"), Some.Account("b"));
        await AnswerAsync(pool, Requests(60, 0));

        Assert.Equal("ba", await pool.OrderAsync());
        Assert.Equal(new Standing(Tier.RateLimited, pool.Now + TimeSpan.FromSeconds(2), false), pool["a"].StandingAt(pool.Now, Sonnet));

        pool.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(Tier.Usable, pool["a"].StandingAt(pool.Now, Sonnet).Tier);
        pool.Clock.Advance(s_minute);
        Assert.Equal("ab", await pool.OrderAsync());
        Assert.Equal(1, pool["a"].Headroom, precision: 1);
    }

    [Fact]
    public async Task NoteAnswer_OnlyAccountHasNothingLeft_IsStillTriedOneRequestAtATime()
    {
        using var pool = new TestPool(Some.Account("a"));
        await AnswerAsync(pool, Requests(60, 0));

        using var lease = await pool.LeaseAsync();

        Assert.True(lease!.IsLastResort);
        Assert.Null(await pool.LeaseAsync());
    }

    [Fact]
    public async Task LeaseAsync_BurstBeforeAnyAnswer_CountsWhatWasSentAgainstWhatWasLeft()
    {
        using var pool = new TestPool(Some.Account("a"), Some.Account("b"));
        await AnswerAsync(pool, Requests(100, 20));

        var order = "";
        for (var i = 0; i < 15; i++)
        {
            order += (await pool.LeaseAsync())!.Account.AccountId;
        }

        Assert.Equal("aaaaaaaaaaabbbb", order);
    }

    [Fact]
    public async Task NoteAnswer_RequestsWereSentMeanwhile_AreNotInWhatItSays()
    {
        using var pool = new TestPool(Some.Account("a"));
        await AnswerAsync(pool, Requests(100, 50));
        var answered = await pool.LeaseAsync();
        for (var i = 0; i < 20; i++)
        {
            await pool.LeaseAsync();
        }

        pool.Pool.NoteAnswer(answered!, null, null, Requests(100, 50));

        Assert.Equal(0.3, pool["a"].Headroom, precision: 3);
    }

    [Fact]
    public async Task NoteAnswer_OlderAnswerComesLater_IsIgnored()
    {
        using var pool = new TestPool(Some.Account("a"));
        await AnswerAsync(pool, Requests(100, 100));
        var (first, second) = (await pool.LeaseAsync(), await pool.LeaseAsync());

        pool.Pool.NoteAnswer(second!, null, null, Requests(100, 40));
        pool.Pool.NoteAnswer(first!, null, null, Requests(100, 90));

        Assert.Equal(0.4, pool["a"].Headroom, precision: 3);
    }

    [Fact]
    public async Task NoteAnswer_TokensPerRequest_AreLearntFromTheAnswers()
    {
        using var pool = new TestPool(Some.Account("a"));
        await AnswerAsync(pool, Tokens(100_000, 100_000));
        await AnswerAsync(pool, Tokens(100_000, 90_000));

        await pool.LeaseAsync();
        await pool.LeaseAsync();

        Assert.Equal(0.7, pool["a"].Headroom, precision: 3);
    }

    [Fact]
    public async Task NoteAnswer_LimitOfOneClassOfModels_LeavesTheOthersAlone()
    {
        using var pool = new TestPool(Some.Account("a"), Some.Account("b"));
        await AnswerAsync(pool, Requests(60, 0), model: Opus);

        Assert.Equal("ba", await pool.OrderAsync("claude-opus-4-5"));
        Assert.Equal("ab", await pool.OrderAsync(Haiku));
    }

    [Fact]
    public async Task NoteAnswer_WindowOfTheSubscriptionIsNearlyUsed_CountsForEveryModelUntilItsReset()
    {
        using var pool = new TestPool(Some.Account("a"), Some.Account("b"));
        await AnswerAsync(pool, Window("5h", "allowed_warning", 0.95, 2 * s_minute), model: Opus);

        Assert.Equal("b", (await pool.LeaseAsync(model: Haiku))!.Account.AccountId);
        pool.Clock.Advance(2 * s_minute);
        Assert.Equal("a", (await pool.LeaseAsync(model: Haiku))!.Account.AccountId);
    }

    [Fact]
    public async Task NoteAnswer_WindowOverfullButAllowed_IsLowAndNotRateLimited()
    {
        using var pool = new TestPool(Some.Account("a"));
        await AnswerAsync(pool, Window("7d", "allowed_warning", 1.02, s_minute));

        Assert.Equal(Tier.Usable, pool["a"].StandingAt(pool.Now, null).Tier);
        Assert.Equal(0, pool["a"].Headroom);
    }

    [Fact]
    public async Task NoteAnswer_WindowRejectsButTheSubscriptionAllowsAnOverage_IsNotRateLimited()
    {
        using var pool = new TestPool(Some.Account("a"));
        await AnswerAsync(pool, Window("7d", "rejected", 1, s_minute) with { UnifiedStatus = "allowed" });

        Assert.Equal(Tier.Usable, pool["a"].StandingAt(pool.Now, null).Tier);
    }

    [Fact]
    public async Task NoteAnswer_WindowOfOneModelRejects_RestsForThatModelOnlyUntilItsReset()
    {
        using var pool = new TestPool(Some.Account("a"));
        await AnswerAsync(pool, Window("7d_oi", "rejected", 1, s_minute), model: Opus);

        Assert.Equal(pool.Now + s_minute, pool["a"].StandingAt(pool.Now, Opus).Until);
        Assert.Equal(Tier.Usable, pool["a"].StandingAt(pool.Now, Haiku).Tier);
    }

    [Fact]
    public async Task NoteAnswer_AccountsOfOneWorkspace_ShareWhatIsLeft()
    {
        using var pool = new TestPool(Some.Account("a"), Some.Account("b"), Some.Account("c"));
        await AnswerAsync(pool, Requests(100, 100), "a", workspace: "wrkspc_1");
        await AnswerAsync(pool, Requests(100, 99), "b", workspace: "wrkspc_1");
        await AnswerAsync(pool, Requests(100, 100), "c", workspace: "wrkspc_2");

        await AnswerAsync(pool, Requests(100, 5), "b", workspace: "wrkspc_1");

        Assert.Equal((0.05, 0.05, 1.0), (pool["a"].Headroom, pool["b"].Headroom, pool["c"].Headroom));
        Assert.Equal("c", (await pool.LeaseAsync())!.Account.AccountId);
    }

    [Fact]
    public async Task LeaseAsync_CountingOfTokens_HasLimitsOfItsOwn()
    {
        using var pool = new TestPool(Some.Account("a"));
        var counting = Some.Request() with { Path = "/v1/messages/count_tokens" };

        using var lease = (await pool.LookAsync(counting)).Lease!;
        pool.Pool.NoteAnswer(lease, null, null, Requests(60, 0));

        Assert.Equal(1, pool["a"].Headroom);
    }

    [Fact]
    public async Task Update_CredentialIsReplaced_WhatWasLeftOfTheOldOneIsForgotten()
    {
        using var pool = new TestPool(Some.Account("a"));
        await AnswerAsync(pool, Window("7d", "rejected", 1, s_minute), workspace: "wrkspc_1");
        Assert.Equal(Tier.RateLimited, pool["a"].StandingAt(pool.Now, null).Tier);

        pool.Pool.Update([Some.Account("a") with { Credential = Credential.ApiKey("another") }]);

        Assert.Equal((Tier.Usable, 1.0), (pool["a"].StandingAt(pool.Now, null).Tier, pool["a"].Headroom));
    }

    [Fact]
    public async Task NoteAnswer_LimitGrows_TheNewOneCounts()
    {
        using var pool = new TestPool(Some.Account("a"));
        await AnswerAsync(pool, Requests(50, 0));

        await AnswerAsync(pool, Requests(1000, 900));

        Assert.Equal(0.9, pool["a"].Headroom, precision: 3);
    }

    private static RateLimits Requests(long limit, long remaining) =>
        new() { Requests = new RateLimit(limit, remaining, s_minute * (limit - remaining) / limit) };

    private static RateLimits Tokens(long limit, long remaining) =>
        new() { InputTokens = new RateLimit(limit, remaining, s_minute * (limit - remaining) / limit) };

    private static RateLimits Window(string name, string status, double utilization, TimeSpan resetAfter) =>
        new() { UnifiedWindows = [new UnifiedWindow(name, status, utilization, resetAfter)] };

    /// <summary>Lets an account, or the first, serve a request, with an answer that says <paramref name="limits"/>.</summary>
    private static async Task AnswerAsync(TestPool pool, RateLimits limits, string? id = null, string? model = Sonnet, string? workspace = null)
    {
        var tried = new TriedAccounts();
        foreach (var other in pool.Pool.Accounts.Where(account => id is not null && account.AccountId != id))
        {
            tried.Add(other);
        }

        using var lease = (await pool.LeaseAsync(tried, model))!;
        pool.Pool.NoteAnswer(lease, workspace, null, limits);
    }
}
