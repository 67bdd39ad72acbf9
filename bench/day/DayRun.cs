using ClaudeProxy.Day.Clock;
using ClaudeProxy.Day.Plan;
using ClaudeProxy.Day.Results;
using ClaudeProxy.Day.Team;
using ClaudeProxy.Day.Upstreams;

namespace ClaudeProxy.Day;

/// <summary>Lets a team work for a day.</summary>
internal static class DayRun
{
    /// <summary>What the day with a single account is called that has no limits and no outage.</summary>
    public const string Ideal = "ideal";

    private static readonly DateTimeOffset s_begin = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);

    /// <summary>The day with <paramref name="balancer"/>, or with <see cref="Ideal"/>.</summary>
    public static async Task<DayResult> RunAsync(DayOptions options, string balancer)
    {
        // Onto the pool's one thread, and never away from it.
        await Task.Yield();
        var clock = new VirtualClock(s_begin);
        var scene = balancer == Ideal ? DayScene.Ideal() : DayScene.OfTeam(s_begin, TimeSpan.FromHours(options.Hours));
        var (tally, moves) = (new Tally(), new MoveWatch(scene, clock));
        var onTheirWay = new Dictionary<int, DayRequest>();
        using var upstream = new DayUpstream(scene, onTheirWay, tally, moves, clock);
        var starting = DayProxy.StartAsync(
            balancer == Ideal ? "round_robin" : balancer, scene.Accounts, options.Developers, upstream, clock, new Random(options.Seed));
        await using var proxy = await starting;
        moves.Pool = proxy.Pool;
        var client = new TeamClient(proxy.Endpoint, clock, onTheirWay, tally);
        var numbers = 0;
        var team = Enumerable.Range(1, options.Developers)
            .Select(number => new DayPlanner(new Random(HashCode(options.Seed, number)), options.Hours).Plan(number))
            .Select(plan => new Developer(plan, client, () => ++numbers, clock).WorkAsync());
        await VirtualDay.PassAsync(clock, Task.WhenAll(team));
        return new DayResult(balancer, tally, moves.Moves, clock.GetUtcNow() - s_begin);
    }

    /// <summary>Alike in every process, which the framework's own is not.</summary>
    private static int HashCode(int seed, int number) => (seed * 7919) + number;
}
