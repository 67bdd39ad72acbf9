namespace ClaudeProxy.Accounts;

/// <summary>Waiting requests in the order in which it is their turn: client keys take turns, in each of them its sessions, and in a session
/// who came first is first. Not thread-safe.</summary>
internal sealed class FairOrder
{
    private readonly Ring<ClientLine> _clients = new();

    /// <summary>How many are waiting.</summary>
    public int Count { get; private set; }

    /// <summary>Those who wait, in the order of their turns. Do not change the order meanwhile.</summary>
    public IEnumerable<Waiter> InTurn =>
        _clients.InTurn.SelectMany(client => client.Sessions.InTurn).SelectMany(session => session);

    /// <summary>Adds <paramref name="waiter"/> at the end of its session.</summary>
    public void Add(Waiter waiter)
    {
        var client = _clients.At(waiter.Client);
        client.Count++;
        Count++;
        waiter.Place = client.Sessions.At(waiter.Session).AddLast(waiter);
    }

    /// <summary>Removes <paramref name="waiter"/>; false if it is not there.</summary>
    /// <param name="waiter">Who leaves.</param>
    /// <param name="hadTurn">Whether it leaves because it was its turn.</param>
    public bool Remove(Waiter waiter, bool hadTurn)
    {
        if (waiter.Place is not { List: { } session } place)
        {
            return false;
        }

        var client = _clients.At(waiter.Client);
        session.Remove(place);
        client.Count--;
        Count--;
        Pass(client.Sessions, waiter.Session, session.Count == 0, hadTurn);
        Pass(_clients, waiter.Client, client.Count == 0, hadTurn);
        return true;
    }

    /// <summary>The newest of those of the client with the most, if it has at least two more than <paramref name="client"/>: it makes room
    /// for one of that client. <see langword="null"/> if nobody has so many.</summary>
    public Waiter? WhoMakesRoomFor(string client)
    {
        var busiest = _clients.InTurn.MaxBy(line => line.Count);
        return busiest is null || busiest.Count < (_clients.Find(client)?.Count ?? 0) + 2
            ? null
            : busiest.Sessions.InTurn.Select(session => session.Last!.Value).MaxBy(waiter => waiter.Ticket);
    }

    private static void Pass<TLine>(Ring<TLine> ring, string key, bool isEmpty, bool hadTurn)
        where TLine : new()
    {
        if (isEmpty)
        {
            ring.Remove(key);
        }
        else if (hadTurn)
        {
            ring.EndTurn(key);
        }
    }

    private sealed class ClientLine
    {
        public int Count { get; set; }

        public Ring<LinkedList<Waiter>> Sessions { get; } = new();
    }
}
