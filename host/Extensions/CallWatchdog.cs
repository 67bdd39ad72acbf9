namespace ClaudeProxy.Extensions;

/// <summary>Tells which calls into foreign code take too long: one thread for all, asleep while there are none. Thread-safe.</summary>
/// <remarks>A call has overrun when its time is up <em>and</em> the watchdog has had its turns meanwhile. Where the whole process stood
/// still (a collection, a container out of its share), the watchdog stood still with it, and no extension is to blame.</remarks>
internal sealed class CallWatchdog : IDisposable
{
    private const int IdleTurnsBeforeSleep = 100;

    private static readonly TimeSpan s_turn = TimeSpan.FromMilliseconds(10);

    private readonly object _gate = new();
    private readonly LinkedList<WatchedCall> _calls = new();
    private readonly ThreadReplacements _replacements = new();
    private readonly long _turnsPerLimit;
    private long _turn;
    private bool _isAsleep;
    private bool _isDisposed;

    /// <summary>How long a call may take unless said otherwise.</summary>
    public static readonly TimeSpan UsualLimit = TimeSpan.FromMilliseconds(50);

    /// <summary>Starts the watchdog.</summary>
    /// <param name="timeProvider">The clock by which calls are judged.</param>
    /// <param name="limit">How long a call may take; <see cref="UsualLimit"/> unless given.</param>
    public CallWatchdog(TimeProvider timeProvider, TimeSpan? limit = null)
    {
        TimeProvider = timeProvider;
        Limit = limit ?? UsualLimit;
        _turnsPerLimit = Math.Max(1, (Limit.Ticks / s_turn.Ticks) - 1);
        new Thread(Run) { IsBackground = true, Name = "Call watchdog" }.Start();
    }

    /// <summary>How long a call may take.</summary>
    public TimeSpan Limit { get; }

    /// <summary>The clock by which calls are judged.</summary>
    public TimeProvider TimeProvider { get; }

    /// <summary>Whether the watchdog sleeps until the next call, for there has been none for a while.</summary>
    public bool IsAsleep => Volatile.Read(ref _isAsleep);

    /// <summary>Watches <paramref name="call"/> from now on.</summary>
    public void Begin(WatchedCall call)
    {
        lock (_gate)
        {
            call.BeganAt = TimeProvider.GetTimestamp();
            call.BeganInTurn = _turn;
            _calls.AddLast(call.Place);
            if (_isAsleep)
            {
                Monitor.Pulse(_gate);
            }
        }
    }

    /// <summary>The call has returned. False if it had overrun.</summary>
    public bool End(WatchedCall call)
    {
        lock (_gate)
        {
            if (call.Place.List is null)
            {
                _replacements.Remove();
                return false;
            }

            _calls.Remove(call.Place);
            return true;
        }
    }

    /// <summary>Stops the watchdog. Calls that have not returned are no longer judged.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            Monitor.Pulse(_gate);
        }
    }

    private void Run()
    {
        lock (_gate)
        {
            for (var idleTurns = 0; !_isDisposed; idleTurns = _calls.Count == 0 ? idleTurns + 1 : 0)
            {
                _isAsleep = _calls.Count == 0 && idleTurns >= IdleTurnsBeforeSleep;
                Monitor.Wait(_gate, _isAsleep ? Timeout.InfiniteTimeSpan : s_turn);
                _isAsleep = false;
                _turn++;
                GiveUpOverdueLocked();
            }
        }
    }

    private void GiveUpOverdueLocked()
    {
        while (_calls.First is { Value: var oldest } place && IsOverdue(oldest))
        {
            _calls.Remove(place);
            _replacements.Add();
            oldest.Interruption.Request();
            oldest.OnOverrun();
        }
    }

    private bool IsOverdue(WatchedCall call) =>
        _turn - call.BeganInTurn >= _turnsPerLimit && TimeProvider.GetElapsedTime(call.BeganAt) >= Limit;
}
