namespace ClaudeProxy.Accounts;

/// <summary>What is left of the limits that the requests for one class of models count against, or all requests. Thread-safe.</summary>
/// <remarks>What is left only grows between two changes. So each change finds out until when it is low, and until when it is used up;
/// whoever chooses among accounts compares two times and takes no lock.</remarks>
internal sealed class Allowance(Epoch epoch)
{
    private readonly Lock _lock = new();
    private readonly TokenBucket[] _buckets =
    [
        new("requests", costPerRequest: 1), new("tokens", costPerRequest: null),
        new("input_tokens", costPerRequest: null), new("output_tokens", costPerRequest: null),
    ];

    private UsageWindow[] _windows = [];
    private long _begun;
    private long _lowUntil;
    private long _usedUpUntil;

    /// <summary>Whether little is left.</summary>
    public bool IsLow(DateTimeOffset now) => now.UtcTicks < Volatile.Read(ref _lowUntil);

    /// <summary>Where that leaves the account: rate limited while a request would probably be refused.</summary>
    public Standing StandingAt(DateTimeOffset now) => Volatile.Read(ref _usedUpUntil) is var until && now.UtcTicks < until
        ? new Standing(Tier.RateLimited, new DateTimeOffset(until, TimeSpan.Zero), false)
        : Standing.Usable;

    /// <summary>Counts one more request, before it is sent: answers come late, and bursts do not wait for them.</summary>
    /// <returns>Its mark, for the answer.</returns>
    public long Begin(DateTimeOffset now, double lowWater)
    {
        lock (_lock)
        {
            foreach (var bucket in _buckets)
            {
                bucket.Spend(now.UtcTicks);
            }

            WeighLocked(now, lowWater);
            return ++_begun;
        }
    }

    /// <summary>Takes over what an answer says.</summary>
    /// <param name="limits">Its buckets.</param>
    /// <param name="windows">Its windows, as far as they belong here.</param>
    /// <param name="mark">The mark of the request it answers, or <see langword="null"/> if that was not counted here.</param>
    /// <param name="now">When it came.</param>
    /// <param name="lowWater">Below this share, little is left.</param>
    public void Note(RateLimits limits, UsageWindow[] windows, long? mark, DateTimeOffset now, double lowWater)
    {
        lock (_lock)
        {
            ReadOnlySpan<RateLimit?> said = [limits.Requests, limits.Tokens, limits.InputTokens, limits.OutputTokens];
            for (var i = 0; i < _buckets.Length; i++)
            {
                if (said[i] is { } ofBucket)
                {
                    _buckets[i].Note(ofBucket, now.UtcTicks, mark, _begun);
                }
            }

            _windows = windows.Length > 0 ? windows : _windows;
            WeighLocked(now, lowWater);
        }
    }

    /// <summary>The smallest share that is left of any limit, 0 to 1; 1 if none is known.</summary>
    public double ShareAt(DateTimeOffset now)
    {
        var least = 1.0;
        lock (_lock)
        {
            foreach (var bucket in _buckets)
            {
                least = bucket.Limit > 0 ? Math.Min(least, bucket.LevelAt(now.UtcTicks) / bucket.Limit) : least;
            }

            foreach (var window in _windows)
            {
                least = window.ResetAt > now ? Math.Min(least, window.Left) : least;
            }
        }

        return least;
    }

    /// <summary>What is left of each limit that is known.</summary>
    public IReadOnlyList<LimitStanding> StandingsAt(DateTimeOffset now, string? models)
    {
        lock (_lock)
        {
            return
            [
                .. _buckets.Where(bucket => bucket.Limit > 0).Select(bucket => new LimitStanding(
                    bucket.Name, models, bucket.Limit, bucket.LevelAt(now.UtcTicks) / bucket.Limit, new DateTimeOffset(bucket.TimeOf(bucket.Limit), TimeSpan.Zero))),
                .. _windows.Where(window => window.ResetAt > now).Select(window => new LimitStanding(window.Name, models, null, window.Left, window.ResetAt)),
            ];
        }
    }

    private void WeighLocked(DateTimeOffset now, double lowWater)
    {
        var (low, usedUp) = (0L, 0L);
        foreach (var bucket in _buckets)
        {
            if (bucket.Limit > 0)
            {
                usedUp = Math.Max(usedUp, bucket.TimeOf(bucket.Needed));
                low = Math.Max(low, bucket.TimeOf(Math.Max(bucket.Needed, lowWater * bucket.Limit)));
            }
        }

        foreach (var window in _windows)
        {
            usedUp = window.IsRejected ? Math.Max(usedUp, window.ResetAt.UtcTicks) : usedUp;
            low = window.IsRejected || window.Left < lowWater ? Math.Max(low, window.ResetAt.UtcTicks) : low;
        }

        var hadPlenty = !IsLow(now);
        Volatile.Write(ref _usedUpUntil, usedUp);
        Volatile.Write(ref _lowUntil, low);
        if (hadPlenty && IsLow(now))
        {
            epoch.Changed();
        }
    }
}
