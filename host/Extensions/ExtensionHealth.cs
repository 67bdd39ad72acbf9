using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Extensions;

/// <summary>Counts an extension's failures, reports each distinct one once, and says when it is enough. Thread-safe.</summary>
internal sealed class ExtensionHealth(string name, TimeProvider timeProvider, ILogger logger)
{
    private const int MaxReported = 16;

    private readonly Lock _lock = new();
    private readonly HashSet<string> _reported = [];
    private int _failuresInARow;
    private long _lastFailureAt = long.MinValue;
    private string? _setAsideReason;

    /// <summary>Why the extension is set aside, or <see langword="null"/>. Never taken back: a new version has a new guard.</summary>
    public string? SetAsideReason => Volatile.Read(ref _setAsideReason);

    /// <summary>A call went well.</summary>
    public void Succeeded()
    {
        // Read first: every request passes here, and a write takes the line from all other processors.
        if (Volatile.Read(ref _failuresInARow) != 0)
        {
            Volatile.Write(ref _failuresInARow, 0);
        }
    }

    /// <summary>A call failed.</summary>
    /// <param name="beganAt">When the call began: calls that were in flight together fail together, and count once.</param>
    /// <param name="failure">How, as the end of a sentence that begins with the extension's name.</param>
    /// <param name="tolerated">With how many in a row the extension is set aside.</param>
    public void Failed(long beganAt, string failure, int tolerated)
    {
        lock (_lock)
        {
            if (_setAsideReason is not null)
            {
                return;
            }

            if (beganAt >= _lastFailureAt)
            {
                _failuresInARow++;
                _lastFailureAt = timeProvider.GetTimestamp();
            }

            if (_failuresInARow >= tolerated)
            {
                var reason = tolerated == 1 ? failure : $"failed {_failuresInARow} times in a row, in the end because it {failure}";
                Volatile.Write(ref _setAsideReason, reason);
                logger.SetAside(name, reason);
            }
            else if (_reported.Count < MaxReported && _reported.Add(failure))
            {
                // Bounded, for a failure may be worded differently each time.
                logger.Failed(name, failure);
            }
        }
    }
}
