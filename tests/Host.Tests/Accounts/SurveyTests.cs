using ClaudeProxy.Abstractions;
using ClaudeProxy.Accounts;
using ClaudeProxy.Configuration;
using ClaudeProxy.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace ClaudeProxy.Tests.Accounts;

/// <summary>A selection that leaves most accounts unseen finds what one finds that looks at each.</summary>
public sealed class SurveyTests
{
    private const string Opus = "claude-opus-4-1";
    private const string Sonnet = "claude-sonnet-4-5";

    private static readonly RequestFacts[] s_requests =
        [Some.Request(Sonnet), Some.Request(Opus), Some.Request(model: null), Some.Request(Opus) with { ToolModels = [Sonnet] }];

    private static readonly Account[] s_accounts =
    [
        Some.Account("a") with { Priority = 1 },
        Some.Account("b") with { Priority = 1, MaxConcurrency = 1 },
        Some.Account("c"),
        Some.Account("d") with { Models = ["claude-sonnet-*"] },
        Some.Account("e", new Uri("http://127.0.0.2:9")),
        Some.Account("f") with { MaxConcurrency = 2 },
        Some.Account("g") with { Weight = 3 },
    ];

    /// <summary>What may happen to an account, or to all of them.</summary>
    private enum Event
    {
        Wait,
        CoolDown,
        LimitRate,
        LimitRateForModel,
        LoseUpstream,
        ReachUpstream,
        Serve,
        EndRests,
        Probe,
        Answer,
        Enter,
        Leave,
        SwitchOff,
        SwitchOn,
        Disable,
        Enable,
        Reset,
        Observe,
        Limit,
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AnyHistory_SelectionFindsWhatALookAtEverybodyFinds(bool isStrictOrder) => Prop.ForAll(Histories().ToArbitrary(), history =>
    {
        var mode = isStrictOrder ? BalancingMode.Fallback : BalancingMode.LoadBalance;
        using var pool = new TestPool(mode, new TestPool.First(), s_accounts);
        var set = pool.Pool.Set;
        foreach (var (what, duration, index) in history)
        {
            Happen(what, set.Accounts[index], duration, pool);
            foreach (var request in s_requests)
            {
                var expected = Select(pool, new AccountSet(set.Accounts, mode), request);

                // The first time it may have to look at everybody, then it makes a survey, then it uses it.
                Assert.Equal(expected, Select(pool, set, request));
                Assert.Equal(expected, Select(pool, set, request));
                Assert.Equal(expected, Select(pool, set, request));
            }

            Assert.NotSame(set.Surveyor.OfNobody, SurveyOf(pool, set));
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void SurveyAt_AccountsThatAnsweredAndOthersThatRest_NobodyMustBeLookedAt()
    {
        using var pool = new TestPool(Some.Account("a"), Some.Account("b"), Some.Account("c"), Some.Account("d"));
        Answer(pool["a"], left: 90, pool);
        pool.RateLimit("b", TimeSpan.FromMinutes(1));
        pool["c"].Disable("test");

        SurveyOf(pool, pool.Pool.Set);
        var survey = SurveyOf(pool, pool.Pool.Set);

        Assert.Equal(["a", "d"], survey.Unremarkable.Select(account => account.AccountId));
        Assert.Empty(survey.Remarkable);
    }

    [Fact]
    public void SurveyAt_EveryLookFindsAChange_MakesNone()
    {
        using var pool = new TestPool(Some.Account("a"), Some.Account("b"));
        var set = pool.Pool.Set;

        for (var i = 0; i < 3; i++)
        {
            pool.RateLimit("a", TimeSpan.FromMinutes(1 + i));

            Assert.Same(set.Surveyor.OfNobody, SurveyOf(pool, set));
        }
    }

    [Fact]
    public void SurveyAt_NothingChanges_HoldsForASecondAtMost()
    {
        using var pool = new TestPool(Some.Account("a"));
        var set = pool.Pool.Set;
        SurveyOf(pool, set);
        var survey = SurveyOf(pool, set);

        pool.Clock.Advance(TimeSpan.FromSeconds(0.9));
        Assert.Same(survey, SurveyOf(pool, set));
        pool.Clock.Advance(TimeSpan.FromSeconds(0.1));
        Assert.NotSame(survey, SurveyOf(pool, set));
    }

    private static Survey SurveyOf(TestPool pool, AccountSet set) =>
        set.Surveyor.SurveyAt(pool.Now, pool.Store.Epoch, pool.Pool.Options.Recovery.ProbeInterval);

    private static string Select(TestPool pool, AccountSet set, RequestFacts request)
    {
        var selection = new Selection(set, request, new TriedAccounts(), pool.Now, pool.Pool.Options, pool.Store.Epoch);
        var candidates = string.Concat(selection.Candidates.Select(candidate => candidate.AccountId));
        var outlook = candidates.Length > 0 ? "" : $"{selection.IsFull} {selection.RecoversAt:O}";
        selection.Candidates.Return();
        return $"{candidates} group {selection.Group} probe {selection.Probe?.AccountId} {outlook}";
    }

    private static void Happen(Event what, AccountState account, TimeSpan duration, TestPool pool)
    {
        var (now, epoch, isEven) = (pool.Now, pool.Store.Epoch, duration.Seconds % 2 == 0);
        switch (what)
        {
            case Event.Wait:
                pool.Clock.Advance(duration / 4);
                break;
            case Event.CoolDown:
                account.Cooldown.CoolDown(now, duration, "500", epoch.Next(), isTransport: isEven);
                break;
            case Event.LimitRate:
                account.Cooldown.RateLimit(now + duration, "429", epoch.Next());
                break;
            case Event.LimitRateForModel:
                account.CooldownFor(Sonnet, now)!.RateLimit(now + duration, "429", epoch.Next());
                break;
            case Event.LoseUpstream:
                account.Upstream.Cooldown.CoolDown(now, duration, "refused", epoch.Next(), isTransport: true);
                break;
            case Event.ReachUpstream:
                account.Upstream.Answered(epoch.Next());
                break;
            case Event.Serve:
                account.Cooldown.Succeed(epoch.Next());
                account.Models.Succeed(Sonnet, epoch.Next());
                break;
            case Event.EndRests:
                account.Cooldown.End(now);
                account.Models.EndFaults(now);
                break;
            case Event.Probe:
                account.Cooldown.TryTakeProbe(now);
                break;
            case Event.Answer:
                Answer(account, left: duration.Seconds, pool);
                break;
            case Event.Enter:
                account.TryEnter();
                break;
            case Event.Leave when account.InFlight > 0:
                account.Leave();
                break;
            case Event.SwitchOff:
                account.SwitchedOff = "balance";
                break;
            case Event.SwitchOn:
                account.SwitchedOff = null;
                break;
            case Event.Disable:
                account.Disable("by hand");
                break;
            case Event.Enable:
                account.Enable();
                break;
            case Event.Reset:
                account.Reset();
                break;
            case Event.Observe:
                account.Update(account.Account with { Observed = Observation(now + duration, isEven) }, account.Upstream);
                break;
            case Event.Limit:
                account.Update(account.Account with { MaxConcurrency = isEven ? null : 1 + duration.Minutes }, account.Upstream);
                break;
        }
    }

    private static AccountObservation Observation(DateTimeOffset until, bool isUnavailable) =>
        isUnavailable ? new AccountObservation { UnavailableUntil = until } : new AccountObservation { RateLimitedUntil = until };

    private static void Answer(AccountState account, int left, TestPool pool)
    {
        if (Lease.TryTake(account, Sonnet, pool.Store.Epoch, pool.Now) is { } lease)
        {
            using (lease)
            {
                lease.Count(pool.Now, lowWater: 0.1);
                pool.Pool.NoteAnswer(lease, null, null, new RateLimits { Requests = new RateLimit(100, left, TimeSpan.FromSeconds(60)) });
            }
        }
    }

    private static Gen<(Event What, TimeSpan Duration, int Index)[]> Histories() =>
        (from what in Gen.Elements(Enum.GetValues<Event>())
         from seconds in Gen.OneOf(Gen.Choose(1, 90), Gen.Choose(1, 1500))
         from index in Gen.Choose(0, s_accounts.Length - 1)
         select (what, TimeSpan.FromSeconds(seconds), index)).ArrayOf();
}
