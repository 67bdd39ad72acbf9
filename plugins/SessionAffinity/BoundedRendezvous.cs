namespace ClaudeProxy.Plugins.SessionAffinity;

/// <summary>Gives a conversation to the account that comes first for it, as long as that has no more to do than it should.</summary>
internal static class BoundedRendezvous
{
    /// <summary>The first candidate for <paramref name="conversation"/> with room; those that share the first one's cache go before the others.</summary>
    /// <param name="field">The candidates.</param>
    /// <param name="conversation">The conversation.</param>
    /// <param name="movedAt">When it is moved, or <see langword="null"/> if it is new: too many are not moved to one account at once.</param>
    public static Choice Find(Field field, ulong conversation, DateTimeOffset? movedAt)
    {
        var (first, least) = (default(Choice), double.PositiveInfinity);
        for (int i = 0, place = 0; i < field.Count; i++)
        {
            var candidate = field[i];
            ref readonly var seat = ref field.SeatOf(i, ref place);
            var cost = Rendezvous.CostOf(conversation, seat.Hash, candidate.Weight, least);
            if (cost < least)
            {
                (first, least) = (new Choice(candidate, seat.Entry), cost);
            }
        }

        return first.Candidate.InFlight < Load.AlwaysAllowed && !IsReluctant(first, movedAt) ? first : FindNext(field, conversation, first, movedAt);
    }

    /// <summary>Somebody has room as a rule: the bounds add up to more than there is. Only what changes meanwhile may leave nobody.</summary>
    private static Choice FindNext(Field field, ulong conversation, Choice first, DateTimeOffset? movedAt)
    {
        var load = Load.Of(field);
        var (next, best, least) = (default(Choice?), int.MaxValue, double.PositiveInfinity);
        for (int i = 0, place = 0; i < field.Count; i++)
        {
            ref readonly var seat = ref field.SeatOf(i, ref place);
            var choice = new Choice(field[i], seat.Entry);
            if (load.ExcessOf(choice) > 0)
            {
                continue;
            }

            var rank = (IsReluctant(choice, movedAt) ? 2 : 0) + (choice.Candidate.CacheId == first.Candidate.CacheId ? 0 : 1);
            var atMost = rank < best ? double.PositiveInfinity : least;
            if (rank <= best && Rendezvous.CostOf(conversation, seat.Hash, choice.Candidate.Weight, atMost) is var cost && cost < atMost)
            {
                (next, best, least) = (choice, rank, cost);
            }
        }

        return next ?? LeastLoaded.Find(field, conversation);
    }

    private static bool IsReluctant(Choice choice, DateTimeOffset? movedAt) =>
        choice.Entry.IsOverused || (movedAt is { } now && choice.Entry.Moves.IsRushAt(now));
}
