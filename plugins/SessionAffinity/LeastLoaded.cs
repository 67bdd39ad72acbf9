namespace ClaudeProxy.Plugins.SessionAffinity;

/// <summary>Spreads what has nothing to lose.</summary>
internal static class LeastLoaded
{
    /// <summary>The candidate with the fewest requests in flight for its weight; of equals the one that was given least of late, and of those the one
    /// that comes first for <paramref name="conversation"/>.</summary>
    /// <remarks>What others do meanwhile counts: the least is looked at again for each comparison.</remarks>
    public static Choice Find(Field field, ulong conversation)
    {
        var place = 0;
        ref readonly var first = ref field.SeatOf(0, ref place);
        var (least, hash) = (new Choice(field[0], first.Entry), first.Hash);
        var cost = double.NaN; // Of the least; worked out only where another one is its equal.
        for (var i = 1; i < field.Count; i++)
        {
            ref readonly var seat = ref field.SeatOf(i, ref place);
            var choice = new Choice(field[i], seat.Entry);
            var difference = Compare(choice.Candidate.InFlight, choice, least.Candidate.InFlight, least);
            difference = difference != 0 ? difference : Compare(choice.Entry.Work, choice, least.Entry.Work, least);
            if (difference < 0)
            {
                (least, hash, cost) = (choice, seat.Hash, double.NaN);
            }
            else if (difference == 0)
            {
                cost = double.IsNaN(cost) ? Rendezvous.CostOf(conversation, hash, least.Candidate.Weight, double.PositiveInfinity) : cost;
                var other = Rendezvous.CostOf(conversation, seat.Hash, choice.Candidate.Weight, cost);
                (least, hash, cost) = other < cost ? (choice, seat.Hash, other) : (least, hash, cost);
            }
        }

        return least;
    }

    private static int Compare(int amount, Choice choice, int otherAmount, Choice other) =>
        ((long)amount * other.Candidate.Weight).CompareTo((long)otherAmount * choice.Candidate.Weight);
}
