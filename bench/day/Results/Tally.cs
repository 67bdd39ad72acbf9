using ClaudeProxy.Plugins.Simulator;

namespace ClaudeProxy.Day.Results;

/// <summary>Counts what happens in a day. For one thread.</summary>
internal sealed class Tally
{
    private readonly Dictionary<string, AccountLoad> _loads = [];
    private readonly Dictionary<int, int> _refusals = [];
    private readonly List<TimeSpan> _waits = [];

    /// <summary>Requests that clients made, whose repetitions are not counted.</summary>
    public int Requests { get; private set; }

    /// <summary>Requests that were served in the end.</summary>
    public int ServedRequests { get; private set; }

    /// <summary>Answers to clients that were errors.</summary>
    public int ErrorAnswers { get; set; }

    /// <summary>What all prompts cost.</summary>
    public PromptUsage Usage { get; private set; }

    /// <summary>Tokens of all answers.</summary>
    public long Output { get; private set; }

    /// <summary>In dollars.</summary>
    public double Cost { get; private set; }

    /// <summary>What each account served.</summary>
    public IReadOnlyDictionary<string, AccountLoad> Loads => _loads;

    /// <summary>Share of the prompts' tokens that was read from a cache.</summary>
    public double HitShare => (double)Usage.Read / (Usage.Read + Usage.Written + Usage.Input);

    /// <summary>Answers of upstreams with <paramref name="status"/>.</summary>
    public int RefusalsWith(int status) => _refusals.GetValueOrDefault(status);

    /// <summary>An upstream serves a request.</summary>
    public void Served(string account, Prompt prompt, PromptUsage usage, int output)
    {
        Usage = new PromptUsage(
            Usage.Input + usage.Input, Usage.Read + usage.Read, Usage.Written5m + usage.Written5m, Usage.Written1h + usage.Written1h);
        Output += output;
        Cost += Prices.Of(prompt.Model).CostOf(usage, output);
        var before = _loads.GetValueOrDefault(account, new AccountLoad(0, 0));
        _loads[account] = new AccountLoad(before.Requests + 1, before.Tokens + prompt.Tokens + output);
    }

    /// <summary>An upstream answers with an error.</summary>
    public void Refused(string account, int status)
    {
        _loads.TryAdd(account, new AccountLoad(0, 0));
        _refusals[status] = RefusalsWith(status) + 1;
    }

    /// <summary>A client has its answer, or gives up.</summary>
    /// <param name="isServed">Whether it was served.</param>
    /// <param name="waited">How long it waited beyond what the answer itself took.</param>
    public void Note(bool isServed, TimeSpan waited)
    {
        Requests++;
        ServedRequests += isServed ? 1 : 0;
        _waits.Add(waited);
    }

    /// <summary>All the waiting.</summary>
    public TimeSpan TotalWait => TimeSpan.FromTicks(_waits.Sum(wait => wait.Ticks));

    /// <summary>Requests that waited for longer than <paramref name="limit"/>.</summary>
    public int WaitedFor(TimeSpan limit) => _waits.Count(wait => wait > limit);

    /// <summary>The longest wait.</summary>
    public TimeSpan LongestWait => _waits.Max();
}
