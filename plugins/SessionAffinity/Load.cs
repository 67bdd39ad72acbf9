namespace ClaudeProxy.Plugins.SessionAffinity;

/// <summary>What all candidates carry together, and so what each of them may carry.</summary>
internal struct Load
{
    /// <summary>So few requests in flight are never too many.</summary>
    public const int AlwaysAllowed = 2;

    /// <summary>So much work beyond its share says nothing yet.</summary>
    private const int WorkAlwaysAllowed = 32;

    private long _inFlight;
    private long _weight;
    private long _work;

    /// <summary>What the candidates of <paramref name="field"/> carry.</summary>
    public static Load Of(Field field)
    {
        var load = default(Load);
        for (int i = 0, place = 0; i < field.Count; i++)
        {
            load.Add(field[i].InFlight, field[i].Weight, field.SeatOf(i, ref place).Entry.Work);
        }

        return load;
    }

    /// <summary>Adds a candidate.</summary>
    public void Add(int inFlight, int weight, int work)
    {
        _inFlight += inFlight;
        _weight += weight;
        _work += work;
    }

    /// <summary>How many requests <paramref name="choice"/> has in flight beyond its bound, with one more; zero or less if it has room. The bound is
    /// 1.25 times its share by weight, rounded up, and at least <see cref="AlwaysAllowed"/>.</summary>
    public readonly long ExcessOf(Choice choice)
    {
        var bound = ((5 * (_inFlight + 1) * choice.Candidate.Weight) + (4 * _weight) - 1) / (4 * _weight);
        return choice.Candidate.InFlight + 1 - Math.Max(AlwaysAllowed, bound);
    }

    /// <summary>Whether <paramref name="choice"/> was given clearly more than 1.25 times its share of late: its conversations are the busier ones.</summary>
    public readonly bool IsOverused(Choice choice) =>
        4 * _weight * (choice.Entry.Work - WorkAlwaysAllowed) > 5 * _work * choice.Candidate.Weight;
}
