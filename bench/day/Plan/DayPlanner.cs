using ClaudeProxy.Plugins.Simulator;

namespace ClaudeProxy.Day.Plan;

/// <summary>Draws up a developer's day: everything that chance has a part in is settled here, so that each balancer gets the same day.</summary>
/// <param name="random">The developer's own source of chance.</param>
/// <param name="hours">How long the day is.</param>
internal sealed class DayPlanner(Random random, int hours)
{
    /// <summary>A conversation that is longer is summed up.</summary>
    private const int MostTokens = 150_000;

    private static readonly TimeSpan s_longPause = TimeSpan.FromMinutes(15);

    private int _tokens;

    /// <summary>The day of developer <paramref name="number"/>.</summary>
    public DeveloperPlan Plan(int number)
    {
        var model = number % 3 == 0 ? ModelNames.Sonnet : ModelNames.Opus;
        var keepFor = number % 2 == 0 ? CacheControl.Hour : CacheControl.Usual;
        var ownTokens = random.Next(2000, 8000);
        var exchanges = new List<ExchangePlan>();
        var (at, end) = (TimeSpan.FromMinutes(random.Between(0, 15)), TimeSpan.FromHours(hours));
        var lunch = hours >= 6 ? (end / 2) - TimeSpan.FromMinutes(random.Between(0, 45)) : TimeSpan.MaxValue;
        for (var pause = TimeSpan.MaxValue; at < end; at += pause)
        {
            var exchange = PlanExchange(at, pause, ownTokens);
            exchanges.Add(exchange);
            pause = Pause();
            at += exchange.Duration;
            if (at > lunch)
            {
                (pause, lunch) = (TimeSpan.FromMinutes(random.Between(30, 60)), TimeSpan.MaxValue);
            }
        }

        return new DeveloperPlan(number, model, keepFor, ownTokens, exchanges);
    }

    /// <summary>Reading, thinking, typing; and one time in twenty a meeting. One pause in six outlasts five minutes.</summary>
    private TimeSpan Pause() => random.Chance(0.05)
        ? TimeSpan.FromMinutes(random.Between(15, 45))
        : TimeSpan.FromSeconds(10 + random.LogNormal(median: 80, sigma: 1.1, most: 1500));

    private ExchangePlan PlanExchange(TimeSpan at, TimeSpan pause, int ownTokens)
    {
        var isNew = _tokens == 0 || random.Chance(pause > s_longPause ? 0.3 : 0.04);
        var beginning = isNew ? Beginning.New : _tokens > MostTokens ? Beginning.Compacted : Beginning.Continued;
        var summary = beginning == Beginning.Compacted ? Turn(TimeSpan.Zero, [400], [2500]) : null;
        _tokens = beginning == Beginning.Continued ? _tokens : SharedPrompt.TokensOf(SharedPrompt.Main) + ownTokens + (summary?.Output ?? 0);
        var turns = new List<Turn> { Turn(TimeSpan.Zero, [(int)random.LogNormal(300, 1, 4000), (summary?.Output ?? 0) + 600], Answer()) };
        for (var left = random.Geometric(9, 40) - 1; left > 0; left--)
        {
            turns.Add(ToolTurn());
        }

        _tokens += turns.Sum(turn => turn.Asked.Sum() + turn.Output);
        return new ExchangePlan
        {
            At = at,
            Beginning = beginning,
            Summary = summary,
            Turns = turns,
            Agents = random.Chance(0.1) ? [.. PlanAgents()] : [],
            Helper = random.Chance(0.4) ? Turn(TimeSpan.Zero, [random.Next(400, 3000)], [random.Next(20, 100)]) : null,
        };
    }

    private IEnumerable<AgentPlan> PlanAgents()
    {
        var kind = random.Next(SharedPrompt.AgentKinds);
        for (var left = random.Next(3, 9); left > 0; left--)
        {
            var turns = Enumerable.Range(0, 2 + random.Geometric(8, 25)).Select(index => index == 0 ? Turn(TimeSpan.Zero, [random.Next(500, 2500)], Answer()) : ToolTurn());
            yield return new AgentPlan(kind, TimeSpan.FromSeconds(random.Between(0, 2)), [.. turns]);
        }
    }

    /// <summary>What tools have found goes back to the model: mostly of one tool, at times of many.</summary>
    private Turn ToolTurn()
    {
        var tools = random.Chance(0.7) ? 1 : random.Chance(0.85) ? random.Next(2, 5) : random.Next(5, 9);
        var took = random.LogNormal(median: 2, sigma: 1.1, most: 90);
        return Turn(TimeSpan.FromSeconds(took), [.. Enumerable.Range(0, tools).Select(_ => (int)random.LogNormal(600, 1.1, 16_000))], Answer(tools));
    }

    /// <summary>Some words, and the calls of tools.</summary>
    private int[] Answer(int tools = 1) => [(int)random.LogNormal(150, 0.8, 2000), .. Enumerable.Range(0, tools).Select(_ => (int)random.LogNormal(100, 0.9, 3000))];

    private Turn Turn(TimeSpan before, IReadOnlyList<int> asked, IReadOnlyList<int> answered) =>
        new(before, asked, answered, TimeSpan.FromMilliseconds(300 + (int)random.LogNormal(1000, 0.5, 8000)));
}
