namespace ClaudeProxy.Accounts;

/// <summary>What one token bucket of an upstream is believed to hold: what the last answer said, and what has flowed in and been sent since.
/// Not thread-safe.</summary>
/// <param name="name">For people: <c>requests</c>, <c>input_tokens</c>.</param>
/// <param name="costPerRequest">What each request takes out, or <see langword="null"/> to learn it from the answers.</param>
internal sealed class TokenBucket(string name, double? costPerRequest)
{
    /// <summary>Weight of the newest sample in the smoothed cost of a request.</summary>
    private const double Smoothing = 0.2;

    /// <summary>Below this share of the bucket, what an answer says of the way to its reset is mostly rounding.</summary>
    private const double LeastConclusiveShare = 0.05;

    private double _limit;
    private double _level;
    private double _perTick;
    private double _cost = costPerRequest ?? 0;
    private long _at;
    private (double Level, long At, long Mark) _noted;

    /// <summary>For people.</summary>
    public string Name { get; } = name;

    /// <summary>Its size; 0 before an answer has named it.</summary>
    public double Limit => _limit;

    /// <summary>What it must hold to be used: the answer to the last request is still on its way, and what it says was rounded. Of a small
    /// bucket never more than half, or nothing would ever be enough.</summary>
    public double Needed => Math.Min(Math.Max(2 * _cost, 1), _limit / 2);

    /// <summary>What it holds.</summary>
    public double LevelAt(long now) => Math.Min(_limit, _level + (Math.Max(0, now - _at) * _perTick));

    /// <summary>When it holds <paramref name="level"/>, if nothing more is taken out.</summary>
    public long TimeOf(double level) => _level >= level ? _at : _at + (long)Math.Min((level - _level) / _perTick, TimeSpan.TicksPerDay * 366.0);

    /// <summary>Takes out what one request costs.</summary>
    public void Spend(long now) => Set(LevelAt(now) - _cost, now);

    /// <summary>Takes over what an answer says.</summary>
    /// <param name="said">What it says.</param>
    /// <param name="now">When it came.</param>
    /// <param name="mark">Which request it answers, or <see langword="null"/> if that was not counted.</param>
    /// <param name="begun">Which request was sent last: those after the mark are not in what it says.</param>
    public void Note(RateLimit said, long now, long? mark, long begun)
    {
        if (said is not { Limit: { } limit and > 0, Remaining: { } remaining and >= 0 } || (mark < _noted.Mark && _limit == limit))
        {
            return;
        }

        var isAnotherBucket = _limit != limit;
        Learn(limit, remaining, said.ResetAfter, now, mark, isAnotherBucket);
        _limit = limit;
        if (mark is not null || isAnotherBucket)
        {
            Set(remaining - (_cost * (begun - (mark ?? begun))), now);
            _noted = (remaining, now, mark ?? begun);
        }
        else
        {
            Set(Math.Min(LevelAt(now), remaining), now);
        }
    }

    private void Learn(double limit, double remaining, TimeSpan? resetAfter, long now, long? mark, bool isAnotherBucket)
    {
        var missing = limit - remaining;
        if (missing >= LeastConclusiveShare * limit && resetAfter >= TimeSpan.FromSeconds(1))
        {
            _perTick = missing / resetAfter.Value.Ticks;
        }
        else if (isAnotherBucket)
        {
            // The API's limits are per minute.
            _perTick = limit / TimeSpan.TicksPerMinute;
        }

        if (costPerRequest is null && !isAnotherBucket && mark > _noted.Mark)
        {
            var spent = Math.Min(_limit, _noted.Level + ((now - _noted.At) * _perTick)) - remaining;
            var sample = Math.Max(0, spent / (mark.Value - _noted.Mark));
            _cost = _cost == 0 ? sample : _cost + (Smoothing * (sample - _cost));
        }
    }

    private void Set(double level, long now) => (_level, _at) = (Math.Clamp(level, 0, _limit), now);
}
