namespace ClaudeProxy.Failover;

/// <summary>How many attempts may follow the first ones: a share of the recent requests and a few more, so that an outage of everybody does not
/// multiply the load. Thread-safe.</summary>
/// <remarks>Borrowed from Finagle's <c>RetryBudget</c>: a share of 20 %, ten a second whatever the load, ten seconds of memory.</remarks>
internal sealed class RetryBudget(TimeProvider timeProvider)
{
    /// <summary>How far back requests and repetitions are counted, in seconds, one slot for each.</summary>
    private const int Window = 10;

    private readonly Lock _lock = new();
    private readonly Slot[] _slots = new Slot[Window];
    private readonly long _began = timeProvider.GetTimestamp();

    /// <summary>Counts a request that has arrived.</summary>
    public void CountRequest()
    {
        lock (_lock)
        {
            SlotNow().Requests++;
        }
    }

    /// <summary>Takes one further attempt out of the budget; false if there is none left.</summary>
    /// <param name="share">Further attempts for 100 recent requests, 0 to 100.</param>
    /// <param name="floor">Further attempts in ten seconds, whatever the load.</param>
    public bool TryTake(int share, int floor)
    {
        lock (_lock)
        {
            ref var now = ref SlotNow();
            var (requests, taken) = (0, 0);
            foreach (var slot in _slots)
            {
                if (slot.Second > now.Second - Window)
                {
                    requests += slot.Requests;
                    taken += slot.Taken;
                }
            }

            if (taken >= floor + (requests * share / 100))
            {
                return false;
            }

            now.Taken++;
            return true;
        }
    }

    /// <summary>Gives one back: the attempt never reached an upstream.</summary>
    public void GiveBack()
    {
        lock (_lock)
        {
            SlotNow().Taken--;
        }
    }

    private ref Slot SlotNow()
    {
        var second = (long)timeProvider.GetElapsedTime(_began).TotalSeconds;
        ref var slot = ref _slots[second % Window];
        if (slot.Second != second)
        {
            slot = new Slot { Second = second };
        }

        return ref slot;
    }

    private struct Slot
    {
        public long Second;
        public int Requests;
        public int Taken;
    }
}
