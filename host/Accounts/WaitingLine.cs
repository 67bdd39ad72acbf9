namespace ClaudeProxy.Accounts;

/// <summary>The requests that wait because every usable account serves as many as it may. Lives beside the generations, as the accounts do. Thread-safe.</summary>
/// <remarks>Room that a request leaves behind is handed over to the one whose turn it is, without becoming free between: who comes later
/// cannot take it away. Nobody polls, and nothing is locked while nobody waits.</remarks>
internal sealed class WaitingLine(Epoch epoch)
{
    private readonly Lock _lock = new();
    private readonly FairOrder _order = new();
    private readonly LeaseRate _rate = new();
    private int _count;
    private long _entered;
    private long _refused;
    private long _timedOut;

    /// <summary>How many are waiting.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>How many have ever waited.</summary>
    public long Entered => Interlocked.Read(ref _entered);

    /// <summary>How many were refused because the line was full.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>How many waited in vain.</summary>
    public long TimedOut => Interlocked.Read(ref _timedOut);

    /// <summary>Lets a request wait behind those that do; <see langword="null"/> if there are <paramref name="most"/> already. A client that has
    /// fewer in a full line than another one gets a place of that one.</summary>
    public Waiter? TryEnter(AccountPool pool, RequestFacts request, TriedAccounts tried, int most)
    {
        lock (_lock)
        {
            var waiter = new Waiter(pool, request, tried, _entered + 1);
            if (_order.Count >= most)
            {
                if (most == 0 || _order.WhoMakesRoomFor(waiter.Client) is not { } other)
                {
                    _refused++;
                    return null;
                }

                _refused++;
                _order.Remove(other, hadTurn: false);
                Interlocked.Decrement(ref _count);
                other.PushOut();
            }

            _entered++;
            _order.Add(waiter);

            // A full fence: whoever leaves an account from now on sees it, or it sees the room.
            Interlocked.Increment(ref _count);
            return waiter;
        }
    }

    /// <summary>Takes <paramref name="waiter"/> out of the line; false if it is not in it any more: it was given an account, or pushed out.</summary>
    public bool Leave(Waiter waiter)
    {
        lock (_lock)
        {
            if (!_order.Remove(waiter, hadTurn: false))
            {
                return false;
            }

            Interlocked.Decrement(ref _count);
            return true;
        }
    }

    /// <summary>Takes <paramref name="waiter"/> out of the line because it has waited long enough; false if it is not in it any more.</summary>
    public bool GiveUp(Waiter waiter)
    {
        var isLeaving = Leave(waiter);
        Interlocked.Add(ref _timedOut, isLeaving ? 1 : 0);
        return isLeaving;
    }

    /// <summary>Hands the room of a lease that has ended over to whoever's turn it is, or frees it.</summary>
    public void LeaseEnded(AccountState account)
    {
        if (Count == 0)
        {
            if (account.Account.MaxConcurrency is not null)
            {
                _rate.Ended(epoch.Now);
            }

            account.Leave();
        }
        else
        {
            _rate.Ended(epoch.Now);
            if (HandOver(account, hasEntered: true))
            {
                return;
            }

            Leave(account);
        }

        // Somebody may have come while the account was being left, and have found it full.
        if (Count > 0)
        {
            HandOver(account, hasEntered: false);
        }
    }

    /// <summary>Hands the room of <paramref name="accounts"/>, which may serve again, over to those whose turn it is; everybody else looks again.</summary>
    public void Offer(params IEnumerable<AccountState> accounts)
    {
        if (Count == 0)
        {
            return;
        }

        foreach (var account in accounts)
        {
            while (Count > 0 && HandOver(account, hasEntered: false))
            {
            }
        }

        LookAgain();
    }

    /// <summary>Lets everybody look again: there may be room elsewhere, or nobody left to wait for.</summary>
    private void LookAgain()
    {
        if (Count == 0)
        {
            return;
        }

        lock (_lock)
        {
            foreach (var waiter in _order.InTurn)
            {
                waiter.Signal();
            }
        }
    }

    /// <summary>When it is worth coming again: when as many have ended as are waiting now.</summary>
    public TimeSpan RetryAfter() => _rate.TimeFor(Count + 1, epoch.Now);

    /// <summary>Gives room of <paramref name="account"/> to whoever's turn it is; false if nobody takes it. It is entered only for somebody: to who looks
    /// for a last resort at this moment, it would seem full.</summary>
    /// <param name="account">The account.</param>
    /// <param name="hasEntered">Whether the account counts the request already: it takes over the room of a lease.</param>
    private bool HandOver(AccountState account, bool hasEntered)
    {
        var now = epoch.Now;
        if (account.IsOverfull || !(hasEntered || account.HasRoom))
        {
            return false;
        }

        lock (_lock)
        {
            if (_order.InTurn.FirstOrDefault(waiter => waiter.Takes(account, now)) is { } next
                && Lease.TryTake(account, next.Model, epoch, now, hasEntered) is { } lease)
            {
                _order.Remove(next, hadTurn: true);
                Interlocked.Decrement(ref _count);
                next.Give(lease);
                return true;
            }
        }

        return false;
    }

    /// <summary>Frees the room of a lease that has ended and that nobody takes over.</summary>
    private void Leave(AccountState account)
    {
        account.Leave();
        if (account.StandingAt(epoch.Now, model: null).Tier != Tier.Usable)
        {
            // It was perhaps the one they were waiting for. Not before it is left: as a last resort it needs the room.
            LookAgain();
        }
    }
}
