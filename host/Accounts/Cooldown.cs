namespace ClaudeProxy.Accounts;

/// <summary>The rests of one scope (an account, an account for one model, an upstream), and the permit to probe it. Thread-safe.</summary>
/// <remarks>
/// A rest ends by itself when its time is over: nothing ticks. From then on the scope is half-open, and one request at a time may
/// probe it, until a success that began after the rest clears it or a failure sets a longer one. A probe that hangs keeps others out
/// for <see cref="LongestProbe"/> and no longer: the scope may have recovered behind its back.
/// </remarks>
internal sealed class Cooldown(Epoch epoch)
{
    /// <summary>For so long one probe keeps others out. Most answers begin within it; a hung upstream must not look closed for minutes.</summary>
    public static readonly TimeSpan LongestProbe = TimeSpan.FromSeconds(30);

    /// <summary>What a scope that has just recovered gets, so that its share is never nothing.</summary>
    private const double LeastShare = 0.01;

    private readonly Lock _lock = new();
    private volatile Rest? _limit;
    private volatile Rest? _fault;
    private long _probeTicks;
    private long _clearedAt;
    private long _recoveredTicks;
    private long _lookedTicks;

    /// <summary>The rest in tier 2, also when it is over but not confirmed; <see langword="null"/> for none.</summary>
    public Rest? Limit => _limit;

    /// <summary>The rest in tier 3, also when it is over but not confirmed; <see langword="null"/> for none.</summary>
    public Rest? Fault => _fault;

    /// <summary>Whether it neither rests, nor has yet to be confirmed, nor is just coming back.</summary>
    public bool IsUntouched => _limit is null && _fault is null && Volatile.Read(ref _recoveredTicks) == 0;

    /// <summary>Whether a request is probing the scope at <paramref name="now"/> and keeps others out.</summary>
    public bool IsProbing(DateTimeOffset now) => Volatile.Read(ref _probeTicks) is not 0 and var since && now.UtcTicks - since < LongestProbe.Ticks;

    /// <summary>Where the scope stands at <paramref name="now"/>.</summary>
    public Standing StandingAt(DateTimeOffset now)
    {
        var (limit, fault) = (_limit, _fault);
        if (limit is null && fault is null)
        {
            return Standing.Usable;
        }

        var limited = limit is not null && limit.Until > now;
        var faulty = fault is not null && fault.Until > now;
        var until = limited && (!faulty || limit!.Until > fault!.Until) ? limit!.Until : faulty ? fault!.Until : now;
        return new Standing(faulty ? Tier.CoolingDown : limited ? Tier.RateLimited : Tier.Usable, until, IsHalfOpen: !limited && !faulty);
    }

    /// <summary>How far the scope has come back since its last rest, from nearly 0 to 1: the share of its traffic that it should get.</summary>
    public double RecoveredShareAt(DateTimeOffset now, TimeSpan rampUp)
    {
        var recovered = Volatile.Read(ref _recoveredTicks);
        if (recovered == 0)
        {
            return 1;
        }

        if (now.UtcTicks - recovered < rampUp.Ticks)
        {
            return Math.Max(LeastShare, (double)(now.UtcTicks - recovered) / rampUp.Ticks);
        }

        Interlocked.CompareExchange(ref _recoveredTicks, 0, recovered);
        return 1;
    }

    /// <summary>Whether it is time to look whether a rate limit is over early: nobody has for <paramref name="interval"/>.</summary>
    public bool IsProbeDue(DateTimeOffset now, TimeSpan interval) =>
        _limit is { } limit && limit.Until > now && ProbeDueAt(interval) <= now && !IsProbing(now);

    /// <summary>From when on <see cref="IsProbeDue"/>, should it still rest then and nobody have looked.</summary>
    public DateTimeOffset ProbeDueAt(TimeSpan interval) => Rest.EndOf(new DateTimeOffset(Volatile.Read(ref _lookedTicks), TimeSpan.Zero), interval);

    /// <summary>Takes the permit to probe at <paramref name="now"/>, for <see cref="ReturnProbe"/>; 0 if another request has it.</summary>
    public long TryTakeProbe(DateTimeOffset now)
    {
        var held = Volatile.Read(ref _probeTicks);
        var isFree = held == 0 || now.UtcTicks - held >= LongestProbe.Ticks;
        if (!isFree || Interlocked.CompareExchange(ref _probeTicks, now.UtcTicks, held) != held)
        {
            return 0;
        }

        Volatile.Write(ref _lookedTicks, now.UtcTicks);
        return now.UtcTicks;
    }

    /// <summary>Gives <paramref name="permit"/> back, unless it has been given to another request meanwhile.</summary>
    public void ReturnProbe(long permit) => Interlocked.CompareExchange(ref _probeTicks, 0, permit);

    /// <summary>Lets the scope rest in tier 2 until <paramref name="until"/>, a time the upstream named: it is taken as it is, and only ever
    /// prolonged by attempts that began earlier. True if it was set anew, and not just by one of several attempts that failed together.</summary>
    public bool RateLimit(DateTimeOffset until, string reason, long attemptBegan)
    {
        lock (_lock)
        {
            if (attemptBegan < _clearedAt || (_limit is { } limit && attemptBegan < limit.SetAt && limit.Until >= until))
            {
                return false;
            }

            Volatile.Write(ref _lookedTicks, epoch.Now.UtcTicks);
            SetLocked(new Rest(until, reason, epoch.Next(), 1, IsTransport: false), _fault);
            return true;
        }
    }

    /// <summary>Lets the scope rest in tier 3 for <paramref name="duration"/>, doubled for each failure in a row; a rest that lasts longer
    /// already is not shortened. Ignored for an attempt that began before the present rest was set. Returns the rest, or
    /// <see langword="null"/> if it was ignored.</summary>
    /// <remarks>An attempt while the scope rests was a last resort. That it failed was to be expected: it makes no row of failures, and prolongs the
    /// rest only if it found something worse. Else an outage of seconds, looked at again and again, would end in rests of minutes.</remarks>
    public Rest? CoolDown(DateTimeOffset now, TimeSpan duration, string reason, long attemptBegan, bool isTransport)
    {
        lock (_lock)
        {
            if (attemptBegan < _clearedAt || (_fault is { } fault && attemptBegan < fault.SetAt))
            {
                return null;
            }

            var before = _fault;
            var isLastResort = before?.Until > now;
            if (isLastResort && duration <= before!.Duration)
            {
                return null;
            }

            var failures = (before?.Failures ?? 0) + (isLastResort ? 0 : 1);
            var until = Rest.EndOf(now, Rest.BackOff(duration, failures));
            var rest = new Rest(
                before?.Until > until ? before.Until : until, reason, epoch.Next(), failures, isTransport && before is not { IsTransport: false }) { Duration = duration };
            SetLocked(_limit, rest);
            return rest;
        }
    }

    /// <summary>Clears what was set before the attempt that began at <paramref name="attemptBegan"/>: it was served. True if something was cleared.</summary>
    public bool Succeed(long attemptBegan)
    {
        if (_limit is null && _fault is null)
        {
            return false;
        }

        lock (_lock)
        {
            var limit = _limit is { } ofLimit && attemptBegan > ofLimit.SetAt ? null : _limit;
            var fault = _fault is { } ofFault && attemptBegan > ofFault.SetAt ? null : _fault;
            if (_limit == limit && _fault == fault)
            {
                return false;
            }

            Volatile.Write(ref _recoveredTicks, epoch.Now.UtcTicks);
            SetLocked(limit, fault);
            return true;
        }
    }

    /// <summary>Ends the fault that could not reach the upstream, if it was set before <paramref name="reachedAt"/>: the upstream is back.</summary>
    public void ForgetTransportFault(long reachedAt)
    {
        if (_fault is not { IsTransport: true })
        {
            return;
        }

        lock (_lock)
        {
            if (_fault is { IsTransport: true } fault && fault.SetAt < reachedAt)
            {
                SetLocked(_limit, fault: null);
            }
        }
    }

    /// <summary>Ends the fault at <paramref name="now"/>, but leaves it to be confirmed by the next request: a health check succeeded, or what
    /// failed was replaced. True if one was running.</summary>
    public bool EndFault(DateTimeOffset now)
    {
        lock (_lock)
        {
            if (_fault is not { } fault || fault.Until <= now)
            {
                return false;
            }

            SetLocked(_limit, fault with { Until = now });
            return true;
        }
    }

    /// <summary>Ends every rest at <paramref name="now"/>, but leaves it to be confirmed by the next request.</summary>
    public void End(DateTimeOffset now)
    {
        lock (_lock)
        {
            SetLocked(
                _limit is { } limit && limit.Until > now ? limit with { Until = now } : _limit,
                _fault is { } fault && fault.Until > now ? fault with { Until = now } : _fault);
        }
    }

    /// <summary>Forgets every rest, and whoever probes: a person said so. Attempts that began before are not heard any more.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _clearedAt = epoch.Next();
            Volatile.Write(ref _probeTicks, 0);
            Volatile.Write(ref _recoveredTicks, 0);
            SetLocked(limit: null, fault: null);
        }
    }

    private void SetLocked(Rest? limit, Rest? fault)
    {
        (_limit, _fault) = (limit, fault);
        epoch.Changed();
    }
}
