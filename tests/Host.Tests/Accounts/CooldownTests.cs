using ClaudeProxy.Accounts;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Accounts;

public sealed class CooldownTests
{
    private static readonly DateTimeOffset s_start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    private readonly Epoch _epoch = new(new ManualTimeProvider());
    private readonly Cooldown _cooldown;

    public CooldownTests() => _cooldown = new Cooldown(_epoch);

    [Fact]
    public void StandingAt_NothingHappened_IsUsableWithoutReservation() => Assert.Equal(Standing.Usable, _cooldown.StandingAt(s_start));

    [Fact]
    public void StandingAt_DuringAndAfterAFault_EndsOnTheTickAndIsHalfOpenThen()
    {
        Fail(s_start, s_minute, _epoch.Next());

        Assert.Equal(new Standing(Tier.CoolingDown, s_start + s_minute, IsHalfOpen: false), _cooldown.StandingAt(s_start));
        Assert.Equal(Tier.CoolingDown, _cooldown.StandingAt(s_start + s_minute - TimeSpan.FromTicks(1)).Tier);
        Assert.Equal(new Standing(Tier.Usable, s_start + s_minute, IsHalfOpen: true), _cooldown.StandingAt(s_start + s_minute));
    }

    [Fact]
    public void StandingAt_FaultAndLongerRateLimit_IsTheWorseTierUntilTheLaterEnd()
    {
        Fail(s_start, s_minute, _epoch.Next());
        _cooldown.RateLimit(s_start + 5 * s_minute, "429", _epoch.Next());

        Assert.Equal(new Standing(Tier.CoolingDown, s_start + 5 * s_minute, false), _cooldown.StandingAt(s_start));
        Assert.Equal(new Standing(Tier.RateLimited, s_start + 5 * s_minute, false), _cooldown.StandingAt(s_start + 2 * s_minute));
    }

    [Fact]
    public void CoolDown_SixtyFourAttemptsThatBeganBefore_CountOnce()
    {
        var attempts = Enumerable.Range(0, 64).Select(_ => _epoch.Next()).ToArray();

        var rests = attempts.Select(began => Fail(s_start, s_minute, began)).ToArray();

        Assert.Single(rests, rest => rest is not null);
        Assert.Equal((1, s_start + s_minute), (_cooldown.Fault!.Failures, _cooldown.Fault.Until));
    }

    [Fact]
    public void CoolDown_ProbeFails_DoublesTheRest()
    {
        Fail(s_start, s_minute, _epoch.Next());

        var rest = Fail(s_start + s_minute, s_minute, _epoch.Next());

        Assert.Equal((2, s_start + 3 * s_minute), (rest!.Failures, rest.Until));
    }

    [Fact]
    public void CoolDown_ShorterThanWhatIsLeft_ShortensNothing()
    {
        Fail(s_start, TimeSpan.FromHours(1), _epoch.Next());

        Fail(s_start + s_minute, s_minute, _epoch.Next());

        Assert.Equal(s_start + TimeSpan.FromHours(1), _cooldown.Fault!.Until);
    }

    [Fact]
    public void CoolDown_LongestDurationThereIs_LastsForEver()
    {
        Fail(s_start, TimeSpan.MaxValue, _epoch.Next());
        Fail(s_start, TimeSpan.MaxValue, _epoch.Next());

        Assert.Equal(DateTimeOffset.MaxValue, _cooldown.Fault!.Until);
    }

    [Fact]
    public void Succeed_AttemptThatBeganBeforeTheRest_ClearsNothing()
    {
        var began = _epoch.Next();
        Fail(s_start, s_minute, _epoch.Next());
        _cooldown.RateLimit(s_start + s_minute, "429", _epoch.Next());

        Assert.False(_cooldown.Succeed(began));
        Assert.Equal(Tier.CoolingDown, _cooldown.StandingAt(s_start).Tier);
    }

    [Fact]
    public void Succeed_AttemptThatBeganAfterTheRest_ClearsItAndItsBackoff()
    {
        Fail(s_start, s_minute, _epoch.Next());
        Fail(s_start + s_minute, s_minute, _epoch.Next());

        Assert.True(_cooldown.Succeed(_epoch.Next()));

        Assert.Equal(Standing.Usable, _cooldown.StandingAt(s_start + s_minute));
        Assert.Equal(1, Fail(s_start + 2 * s_minute, s_minute, _epoch.Next())!.Failures);
    }

    [Fact]
    public void Succeed_BeganBetweenTwoRests_ClearsTheOlderOnly()
    {
        _cooldown.RateLimit(s_start + s_minute, "429", _epoch.Next());
        var began = _epoch.Next();
        Fail(s_start, s_minute, _epoch.Next());

        Assert.True(_cooldown.Succeed(began));
        Assert.Null(_cooldown.Limit);
        Assert.NotNull(_cooldown.Fault);
    }

    [Fact]
    public void RateLimit_AgainAndAgain_IsTakenAsGiven()
    {
        foreach (var minutes in (int[])[1, 1, 30, 2])
        {
            _cooldown.RateLimit(s_start + minutes * s_minute, "429", _epoch.Next());

            Assert.Equal(s_start + minutes * s_minute, _cooldown.Limit!.Until);
        }
    }

    [Fact]
    public void RateLimit_AttemptsThatBeganBefore_OnlyProlong()
    {
        long[] attempts = [_epoch.Next(), _epoch.Next(), _epoch.Next()];

        _cooldown.RateLimit(s_start + 2 * s_minute, "429", attempts[0]);
        _cooldown.RateLimit(s_start + s_minute, "429", attempts[1]);
        Assert.Equal(s_start + 2 * s_minute, _cooldown.Limit!.Until);

        _cooldown.RateLimit(s_start + 3 * s_minute, "429", attempts[2]);
        Assert.Equal(s_start + 3 * s_minute, _cooldown.Limit!.Until);
    }

    [Fact]
    public void TryTakeProbe_PermitIsOut_IsRefusedUntilItComesBack()
    {
        var permit = _cooldown.TryTakeProbe(s_start);
        Assert.NotEqual(0, permit);
        Assert.Equal(0, _cooldown.TryTakeProbe(s_start));

        _cooldown.ReturnProbe(permit);

        Assert.NotEqual(0, _cooldown.TryTakeProbe(s_start));
    }

    [Fact]
    public void TryTakeProbe_ProbeHangs_IsGivenToTheNextAndNotTakenAwayByTheLateReturn()
    {
        var hung = _cooldown.TryTakeProbe(s_start);
        var later = s_start + Cooldown.LongestProbe;
        Assert.True(_cooldown.IsProbing(later - TimeSpan.FromTicks(1)));
        Assert.False(_cooldown.IsProbing(later));

        Assert.NotEqual(0, _cooldown.TryTakeProbe(later));
        _cooldown.ReturnProbe(hung);

        Assert.True(_cooldown.IsProbing(later));
    }

    [Fact]
    public void ForgetTransportFault_ReachedLater_EndsIt()
    {
        _cooldown.CoolDown(s_start, s_minute, "refused", _epoch.Next(), isTransport: true);

        _cooldown.ForgetTransportFault(_epoch.Next());

        Assert.Equal(Standing.Usable, _cooldown.StandingAt(s_start));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void ForgetTransportFault_ReachedEarlierOrFaultOfAnotherKind_LeavesIt(bool isTransport, bool isReachedLater)
    {
        var earlier = _epoch.Next();
        _cooldown.CoolDown(s_start, s_minute, "fault", _epoch.Next(), isTransport);

        _cooldown.ForgetTransportFault(isReachedLater ? _epoch.Next() : earlier);

        Assert.Equal(Tier.CoolingDown, _cooldown.StandingAt(s_start).Tier);
    }

    [Fact]
    public void CoolDown_LastResortFails_NeitherMakesARowNorProlongsTheRest()
    {
        Fail(s_start, s_minute, _epoch.Next());

        for (var second = 1; second < 60; second++)
        {
            Assert.Null(Fail(s_start + TimeSpan.FromSeconds(second), s_minute, _epoch.Next()));
        }

        Assert.Equal((s_start + s_minute, 1), (_cooldown.Fault!.Until, _cooldown.Fault.Failures));
    }

    [Fact]
    public void CoolDown_LastResortFindsSomethingWorse_ProlongsTheRest()
    {
        Fail(s_start, s_minute, _epoch.Next());

        var rest = Fail(s_start + TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(30), _epoch.Next());

        Assert.Equal((s_start + TimeSpan.FromSeconds(10) + TimeSpan.FromMinutes(30), 1), (rest!.Until, rest.Failures));
    }

    [Fact]
    public void ForgetTransportFault_AnotherFaultCameFirst_LeavesTheRest()
    {
        Fail(s_start, s_minute, _epoch.Next());
        _cooldown.CoolDown(s_start + s_minute, s_minute, "refused", _epoch.Next(), isTransport: true);

        _cooldown.ForgetTransportFault(_epoch.Next());

        Assert.Equal(2, _cooldown.Fault!.Failures);
    }

    [Fact]
    public void EndFault_FaultIsRunning_LeavesItHalfOpenWithItsBackoff()
    {
        Fail(s_start, s_minute, _epoch.Next());

        Assert.True(_cooldown.EndFault(s_start + TimeSpan.FromSeconds(1)));

        Assert.True(_cooldown.StandingAt(s_start + TimeSpan.FromSeconds(1)) is { Tier: Tier.Usable, IsHalfOpen: true });
        Assert.Equal(2, Fail(s_start + TimeSpan.FromSeconds(1), s_minute, _epoch.Next())!.Failures);
        Assert.False(_cooldown.EndFault(s_start + TimeSpan.FromHours(1)));
    }

    private Rest? Fail(DateTimeOffset now, TimeSpan duration, long began) => _cooldown.CoolDown(now, duration, "500", began, isTransport: false);
}
