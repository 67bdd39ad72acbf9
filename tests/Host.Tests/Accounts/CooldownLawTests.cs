using ClaudeProxy.Accounts;
using ClaudeProxy.Tests.Support;
using FsCheck.Fluent;
using FsCheck;

namespace ClaudeProxy.Tests.Accounts;

public sealed class CooldownLawTests
{
    private static readonly DateTimeOffset s_start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>A second to an hour.</summary>
    private static readonly Gen<TimeSpan> s_duration = Gen.Choose(1, 3600).Select(seconds => TimeSpan.FromSeconds(seconds));

    /// <summary>What may happen to a scope: an attempt begins; one of those that began fails, is limited, or is served; time passes.</summary>
    private enum Event
    {
        Begin,
        Fail,
        Limit,
        Serve,
        Wait,
    }

    [Fact]
    public void BackOff_AnyDurationAndFailures_DoublesUpToTenMinutesOrTheDurationItself()
    {
        var cases = from duration in s_duration
                    from failures in Gen.Choose(1, 200)
                    select (duration, failures);

        Prop.ForAll(cases.ToArbitrary(), given =>
        {
            var (duration, failures) = given;
            var longest = TimeSpan.FromTicks(Math.Max(duration.Ticks, TimeSpan.FromMinutes(10).Ticks));
            var doubled = duration.TotalSeconds * Math.Pow(2, failures - 1);

            Assert.Equal(Math.Min(doubled, longest.TotalSeconds), Rest.BackOff(duration, failures).TotalSeconds, precision: 3);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void AnyHistory_KeepsTheLaws() => Prop.ForAll(Histories().ToArbitrary(), history =>
    {
        var epoch = new Epoch(new ManualTimeProvider());
        var cooldown = new Cooldown(epoch);
        var now = s_start;
        var begun = new List<long> { epoch.Next() };
        foreach (var (what, duration, index) in history)
        {
            var attempt = begun[index % begun.Count];
            var (fault, limit) = (cooldown.Fault, cooldown.Limit);
            switch (what)
            {
                case Event.Begin:
                    begun.Add(epoch.Next());
                    break;
                case Event.Wait:
                    now += duration;
                    break;
                case Event.Fail:
                    CheckFailure(cooldown, fault, now, duration, attempt);
                    break;
                case Event.Limit:
                    cooldown.RateLimit(now + duration, "429", attempt);
                    CheckLimit(cooldown.Limit!, limit, now + duration, attempt);
                    break;
                case Event.Serve:
                    cooldown.Succeed(attempt);
                    Assert.Equal(fault is null || attempt > fault.SetAt, cooldown.Fault is null);
                    Assert.Equal(limit is null || attempt > limit.SetAt, cooldown.Limit is null);
                    break;
            }

            CheckStanding(cooldown, now);
        }
    }).QuickCheckThrowOnFailure();

    private static Gen<(Event What, TimeSpan Duration, int Index)[]> Histories() =>
        (from what in Gen.Elements(Enum.GetValues<Event>())
         from duration in s_duration
         from index in Gen.Choose(0, 1000)
         select (what, duration, index)).ArrayOf();

    private static void CheckFailure(Cooldown cooldown, Rest? before, DateTimeOffset now, TimeSpan duration, long attempt)
    {
        var rest = cooldown.CoolDown(now, duration, "500", attempt, isTransport: false);

        var isOld = before is not null && attempt < before.SetAt;
        var isLastResort = before?.Until > now;
        Assert.Equal(isOld || (isLastResort && duration <= before!.Duration), rest is null);
        Assert.Same(rest ?? before, cooldown.Fault);
        if (rest is not null)
        {
            Assert.Equal((before?.Failures ?? 0) + (isLastResort ? 0 : 1), rest.Failures);
            Assert.True(rest.Until >= now + duration && rest.Until >= (before?.Until ?? now), "A failure never shortens a rest.");
        }
    }

    private static void CheckLimit(Rest after, Rest? before, DateTimeOffset until, long attempt)
    {
        var isOld = before is not null && attempt < before.SetAt;
        Assert.Equal(isOld && before!.Until > until ? before.Until : until, after.Until);
    }

    private static void CheckStanding(Cooldown cooldown, DateTimeOffset now)
    {
        var standing = cooldown.StandingAt(now);
        var isFaulty = cooldown.Fault?.Until > now;
        var isLimited = cooldown.Limit?.Until > now;
        Assert.Equal(isFaulty ? Tier.CoolingDown : isLimited ? Tier.RateLimited : Tier.Usable, standing.Tier);
        Assert.Equal(!isFaulty && !isLimited && (cooldown.Fault ?? cooldown.Limit) is not null, standing.IsHalfOpen);
        if (standing.Tier != Tier.Usable)
        {
            Assert.Equal(Tier.Usable, cooldown.StandingAt(standing.Until).Tier);
            Assert.NotEqual(Tier.Usable, cooldown.StandingAt(standing.Until - TimeSpan.FromTicks(1)).Tier);
        }
    }
}
