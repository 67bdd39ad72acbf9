using ClaudeProxy.Abstractions;

namespace ClaudeProxy.Plugins.SessionAffinity;

/// <summary>What is remembered of the accounts, in the order of the configuration. Thread-safe.</summary>
/// <remarks>Candidates are some of the accounts, in the same order: walking both side by side finds everybody without a look-up.
/// Who is absent is remembered between the neighbours it had. Without allocations while it meets only accounts it knows.</remarks>
internal sealed class Roster
{
    /// <summary>Past this many the absent are forgotten.</summary>
    private const int MaxAbsent = 1000;

    /// <summary>A request is work for one and, for each so many tokens that it brings along, for one more: also those in the cache are read.</summary>
    private const int TokensPerWork = 20_000;

    /// <summary>When an account has been given so much, half of everything is forgotten: what counts is the last hour, not the last week.</summary>
    private const int MostWork = 1024;

    private const int WorkBetweenLooks = 32;

    private readonly Lock _lock = new();
    private Seat[] _seats = [];

    /// <summary>The candidates, with what is remembered of each.</summary>
    public Field FieldOf(ReadOnlySpan<Candidate> candidates)
    {
        var seats = Volatile.Read(ref _seats);
        return new Field(candidates, Covers(seats, candidates) ? seats : Learn(candidates));
    }

    /// <summary>Counts that <paramref name="choice"/> was given a request with <paramref name="tokens"/>; now and then it is looked whether that is too much.</summary>
    public void Count(Choice choice, Field field, long tokens)
    {
        var work = 1 + (int)Math.Min(tokens / TokensPerWork, WorkBetweenLooks);
        var sum = choice.Entry.Add(work);
        if (sum / WorkBetweenLooks == (sum - work) / WorkBetweenLooks)
        {
            return;
        }

        choice.Entry.IsOverused = Load.Of(field).IsOverused(choice);
        if (sum < MostWork)
        {
            return;
        }

        lock (_lock)
        {
            if (choice.Entry.Work >= MostWork)
            {
                Array.ForEach(_seats, seat => seat.Entry.Fade());
            }
        }
    }

    private static bool Covers(Seat[] seats, ReadOnlySpan<Candidate> candidates)
    {
        var place = 0;
        foreach (var candidate in candidates)
        {
            while (place < seats.Length && !seats[place].IsFor(candidate.AccountId))
            {
                place++;
            }

            if (place++ >= seats.Length)
            {
                return false;
            }
        }

        return true;
    }

    private Seat[] Learn(ReadOnlySpan<Candidate> candidates)
    {
        lock (_lock)
        {
            var known = new Dictionary<string, RosterEntry>(StringComparer.Ordinal);
            Array.ForEach(_seats, seat => known[seat.AccountId] = seat.Entry);
            var present = new HashSet<string>(StringComparer.Ordinal);
            foreach (var candidate in candidates)
            {
                present.Add(candidate.AccountId);
            }

            var followers = FollowersOf(present);
            var order = new List<RosterEntry>(followers.GetValueOrDefault("", []));
            foreach (var candidate in candidates)
            {
                var id = candidate.AccountId;
                order.Add(known.TryGetValue(id, out var entry) ? entry : new RosterEntry(id));
                order.AddRange(followers.GetValueOrDefault(id, []));
            }

            Seat[] seats = [.. order.Select(Seat.Of)];
            Volatile.Write(ref _seats, seats);
            return seats;
        }
    }

    /// <summary>The absent, by the one who is present before them.</summary>
    private Dictionary<string, List<RosterEntry>> FollowersOf(HashSet<string> present)
    {
        var followers = new Dictionary<string, List<RosterEntry>>(StringComparer.Ordinal);
        if (_seats.Count(seat => !present.Contains(seat.AccountId)) > MaxAbsent)
        {
            return followers;
        }

        var neighbour = "";
        foreach (var (accountId, _, entry) in _seats)
        {
            if (present.Contains(accountId))
            {
                neighbour = accountId;
            }
            else
            {
                (followers.TryGetValue(neighbour, out var list) ? list : followers[neighbour] = []).Add(entry);
            }
        }

        return followers;
    }
}
