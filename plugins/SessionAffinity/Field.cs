using ClaudeProxy.Abstractions;

namespace ClaudeProxy.Plugins.SessionAffinity;

/// <summary>The candidates of one pick, with what is remembered of each. For one thread.</summary>
/// <param name="candidates">The candidates.</param>
/// <param name="seats">What is remembered of all of them, and perhaps of others between them.</param>
internal readonly ref struct Field(ReadOnlySpan<Candidate> candidates, ReadOnlySpan<Seat> seats)
{
    private readonly ReadOnlySpan<Candidate> _candidates = candidates;
    private readonly ReadOnlySpan<Seat> _seats = seats;

    /// <summary>How many candidates there are.</summary>
    public int Count => _candidates.Length;

    /// <summary>The candidate at <paramref name="index"/>.</summary>
    public Candidate this[int index] => _candidates[index];

    /// <summary>What is remembered of the candidate at <paramref name="index"/>.</summary>
    /// <param name="index">The candidate's index.</param>
    /// <param name="place">Where the search begins: 0, or what the search for an earlier candidate has left here.</param>
    public ref readonly Seat SeatOf(int index, ref int place)
    {
        var id = _candidates[index].AccountId;
        while (!_seats[place].IsFor(id))
        {
            place++;
        }

        return ref _seats[place++];
    }
}
