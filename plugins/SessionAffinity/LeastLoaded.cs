namespace ClaudeProxy.Plugins.SessionAffinity;

/// <summary>Spreads what has nothing to lose.</summary>
internal static class LeastLoaded
{
    /// <summary>The candidate with the fewest requests in flight for its weight; of equals the one that was given least of late, and of those the one
    /// that comes first for <paramref name="conversation"/>.</summary>
    public static Choice Find(Field field, ulong conversation)
    {
        var place = 0;
        var least = new Choice(field[0], field.EntryOf(0, ref place));
        for (var i = 1; i < field.Count; i++)
        {
            var choice = new Choice(field[i], field.EntryOf(i, ref place));
            var difference = Compare(choice.Candidate.InFlight, choice, least.Candidate.InFlight, least);
            difference = difference != 0 ? difference : Compare(choice.Entry.Work, choice, least.Entry.Work, least);
            if (difference < 0 || (difference == 0 && IsNearer(conversation, choice, least)))
            {
                least = choice;
            }
        }

        return least;
    }

    private static int Compare(int amount, Choice choice, int otherAmount, Choice other) =>
        ((long)amount * other.Candidate.Weight).CompareTo((long)otherAmount * choice.Candidate.Weight);

    private static bool IsNearer(ulong conversation, Choice choice, Choice other)
    {
        var cost = Rendezvous.CostOf(conversation, other.Entry.Hash, other.Candidate.Weight, double.PositiveInfinity);
        return Rendezvous.CostOf(conversation, choice.Entry.Hash, choice.Candidate.Weight, cost) < cost;
    }
}
