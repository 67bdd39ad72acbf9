using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Hosting;

/// <summary>Calls back when watched files or folders have changed and come to rest. Thread-safe.</summary>
/// <remarks>
/// Learns of a change by looking four times a second: file systems of networks and containers send no events, and where they are sent, each line of a log
/// beside the configuration would be one. Calls back once for changes that come together, and never again before the call has ended; what changes meanwhile
/// leads to one more call. Dispose it from outside the callback, which it waits for.
/// </remarks>
internal sealed class ChangeWatcher : IAsyncDisposable
{
    private static readonly TimeSpan s_betweenLooks = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_rest = TimeSpan.FromMilliseconds(200);

    // Long enough to copy a plugin over a slow line, and an end for folders in which something writes for ever.
    private static readonly TimeSpan s_longestUnrest = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly Func<CancellationToken, Task> _onChanged;
    private readonly PeriodicTimer _looks;
    private readonly Task _loop;
    private Dictionary<string, PathStamp> _known = [];

    /// <summary>Starts, with nothing to watch.</summary>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">For what goes wrong; nothing is thrown.</param>
    /// <param name="onChanged">Called after each change; the token is cancelled by the disposal.</param>
    public ChangeWatcher(TimeProvider timeProvider, ILogger logger, Func<CancellationToken, Task> onChanged)
    {
        _timeProvider = timeProvider;
        _logger = logger;
        _onChanged = onChanged;
        _looks = new PeriodicTimer(s_betweenLooks, timeProvider);
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Watches <paramref name="paths"/> from now on, and nothing else.</summary>
    /// <remarks>Call it before reading the files, lest a change between the two be missed. A path that was watched before is still
    /// compared with what it was at the last callback.</remarks>
    /// <param name="paths">Full paths of files, and of folders with all they hold; none need exist.</param>
    public void Watch(IReadOnlyList<string> paths)
    {
        lock (_lock)
        {
            _known = paths.Distinct(StringComparer.Ordinal)
                .ToDictionary(path => path, path => _known.TryGetValue(path, out var stamp) ? stamp : PathStamp.Take(path), StringComparer.Ordinal);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (!_stopping.IsCancellationRequested)
        {
            await _stopping.CancelAsync();
            await _loop;
            _looks.Dispose();
            _stopping.Dispose();
        }
    }

    private async Task RunAsync()
    {
        var cancellationToken = _stopping.Token;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await _looks.WaitForNextTickAsync(cancellationToken);
                if (await HasChangedAsync(cancellationToken))
                {
                    await _onChanged(cancellationToken);
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                _logger.ChangeCallbackFailed(exception);
            }
        }
    }

    private async Task<bool> HasChangedAsync(CancellationToken cancellationToken)
    {
        var known = Volatile.Read(ref _known);
        var now = TakeAgain(known);
        if (AreSame(known, now))
        {
            return false;
        }

        var began = _timeProvider.GetTimestamp();
        for (var before = known; !AreSame(before, now) && _timeProvider.GetElapsedTime(began) < s_longestUnrest; now = TakeAgain(known))
        {
            before = now;
            await Task.Delay(s_rest, _timeProvider, cancellationToken);
        }

        return Learn(now);
    }

    private bool Learn(Dictionary<string, PathStamp> now)
    {
        lock (_lock)
        {
            var changed = false;
            foreach (var (path, stamp) in now.Where(pair => _known.ContainsKey(pair.Key)))
            {
                changed |= !_known[path].Equals(stamp);
                _known[path] = stamp;
            }

            return changed;
        }
    }

    private static Dictionary<string, PathStamp> TakeAgain(Dictionary<string, PathStamp> stamps) =>
        stamps.Keys.ToDictionary(path => path, PathStamp.Take, StringComparer.Ordinal);

    private static bool AreSame(Dictionary<string, PathStamp> a, Dictionary<string, PathStamp> b) => a.All(pair => b[pair.Key].Equals(pair.Value));
}
