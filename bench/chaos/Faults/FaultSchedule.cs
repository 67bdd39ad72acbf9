namespace ClaudeProxy.Chaos.Faults;

/// <summary>Which faults come and go when: the same for the same seed. At no time is more than all but one of the upstreams struck. Immutable.</summary>
internal sealed class FaultSchedule
{
    private static readonly TimeSpan s_calm = TimeSpan.FromSeconds(1);

    /// <summary>Faults that strike in turn. A dead key is not among them: it comes back when its owner pays, not after seconds.</summary>
    private static readonly FaultKind[] s_kinds = [.. Enum.GetValues<FaultKind>().Except([FaultKind.Unauthorized, FaultKind.Forbidden])];

    private readonly Fault[][] _byUpstream;

    /// <summary>Makes the schedule of a run.</summary>
    public FaultSchedule(int seed, int upstreams, int accountsOfEach, TimeSpan length, TimeSpan round)
    {
        var random = new Random(seed);
        All = [.. Rounds(random, upstreams, accountsOfEach, length, round), .. DeadKeys(upstreams - 1, accountsOfEach - 1, length)];
        _byUpstream = [.. Enumerable.Range(0, upstreams).Select(upstream => All.Where(fault => fault.Upstream == upstream).ToArray())];
    }

    /// <summary>All faults.</summary>
    public IReadOnlyList<Fault> All { get; }

    /// <summary>What is wrong with an account at a moment, or <see langword="null"/>.</summary>
    public Fault? Find(int upstream, int account, TimeSpan elapsed) => Array.Find(_byUpstream[upstream], fault => fault.Strikes(account, elapsed));

    /// <summary>Whether an account was struck at any time between two moments.</summary>
    public bool WasStruck(int upstream, int account, TimeSpan from, TimeSpan to) => Array.Exists(
        _byUpstream[upstream],
        fault => fault.Kind != FaultKind.Slow && (fault.Account is null || fault.Account == account) && fault.From < to && fault.To > from);

    private static IEnumerable<Fault> Rounds(Random random, int upstreams, int accountsOfEach, TimeSpan length, TimeSpan round)
    {
        var kinds = new Queue<FaultKind>();
        for (var begin = s_calm; begin + round < length; begin += round)
        {
            var struck = Enumerable.Range(0, upstreams).ToArray();
            random.Shuffle(struck);
            foreach (var upstream in struck.Take(random.Next(1, upstreams)))
            {
                if (kinds.Count == 0)
                {
                    var all = s_kinds.ToArray();
                    random.Shuffle(all);
                    kinds = new Queue<FaultKind>(all);
                }

                var kind = kinds.Dequeue();
                var isOfOne = kind is FaultKind.RateLimited or FaultKind.Throttled or FaultKind.WindowRejected && random.Next(2) == 0;
                var from = begin + (round * 0.2 * random.NextDouble());
                yield return new Fault(kind, upstream, isOfOne ? random.Next(accountsOfEach) : null, from, from + (round * (0.3 + (0.4 * random.NextDouble()))));
            }
        }
    }

    private static IEnumerable<Fault> DeadKeys(int upstream, int account, TimeSpan length)
    {
        yield return new Fault(FaultKind.Unauthorized, upstream, account, length * 0.2, length * 0.35);
        yield return new Fault(FaultKind.Forbidden, upstream, account, length * 0.6, length * 0.7);
    }
}
