using ClaudeProxy.Abstractions;

namespace ClaudeProxy.Plugins.SessionAffinity;

/// <summary>Spreads what has nothing to lose.</summary>
internal static class LeastLoaded
{
    /// <summary>The candidate with the fewest requests in flight for its weight; of equals the one that was given least of late, and of those the one
    /// that comes first for <paramref name="conversation"/>.</summary>
    public static Choice Find(Field field, ulong conversation)
    {
        var place = 0;
        var least = Burden.Of(field[0], field.SeatOf(0, ref place));
        var cost = double.NaN; // Of the least; worked out only where another one is its equal.
        for (var i = 1; i < field.Count; i++)
        {
            var burden = Burden.Of(field[i], field.SeatOf(i, ref place));
            var difference = burden.CompareTo(least);
            if (difference < 0)
            {
                (least, cost) = (burden, double.NaN);
            }
            else if (difference == 0)
            {
                cost = double.IsNaN(cost) ? least.CostFor(conversation, double.PositiveInfinity) : cost;
                var other = burden.CostFor(conversation, cost);
                (least, cost) = other < cost ? (burden, other) : (least, cost);
            }
        }

        return least.Choice;
    }

    /// <summary>What a candidate has to do, read once.</summary>
    private readonly record struct Burden(Choice Choice, ulong Hash, long Weight, long InFlight, long Work)
    {
        public static Burden Of(Candidate candidate, in Seat seat) =>
            new(new Choice(candidate, seat.Entry), seat.Hash, candidate.Weight, candidate.InFlight, seat.Entry.Work);

        public int CompareTo(in Burden other) => (InFlight * other.Weight).CompareTo(other.InFlight * Weight) is not 0 and var difference
            ? difference
            : (Work * other.Weight).CompareTo(other.Work * Weight);

        public double CostFor(ulong conversation, double atMost) => Rendezvous.CostOf(conversation, Hash, (int)Weight, atMost);
    }
}
