using ClaudeProxy.Usage;

namespace ClaudeProxy.Accounts;

/// <summary>What an account has done: counts, latency, whose it is and its last error. Thread-safe.</summary>
internal sealed class AccountRecord(Epoch epoch)
{
    /// <summary>Weight of the newest sample in the smoothed time to the first byte.</summary>
    private const double Smoothing = 0.2;

    /// <summary>Answers 429 that lie further apart are not "in a row".</summary>
    private static readonly TimeSpan s_rowOfRateLimits = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private long _served;
    private long _failed;
    private long _lastFailureAt;
    private long _lastRateLimitAt;
    private DateTimeOffset _lastRateLimit;
    private int _rateLimitsInARow;
    private long _lastCutAt;
    private int _cutsInARow;
    private double _firstByteMs;

    /// <summary>Requests whose answer reached the client.</summary>
    public long Served => Interlocked.Read(ref _served);

    /// <summary>Attempts that failed.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>Failures in a row; those of requests that were in flight together count once.</summary>
    public int ConsecutiveFailures { get; private set; }

    /// <summary>The last failure, for people, or <see langword="null"/>. Never secret.</summary>
    public AccountError? LastError { get; private set; }

    /// <summary>The workspace that an answer has named, or <see langword="null"/>.</summary>
    public string? WorkspaceId { get; private set; }

    /// <summary>The organization that an answer has named, or <see langword="null"/>.</summary>
    public string? OrganizationId { get; private set; }

    /// <summary>Smoothed time to the first byte, or <see langword="null"/> before the first answer.</summary>
    public TimeSpan? TimeToFirstByte => Volatile.Read(ref _firstByteMs) is > 0 and var ms ? TimeSpan.FromMilliseconds(ms) : null;

    /// <summary>The tokens of its answers.</summary>
    public Tally Tokens { get; } = new();

    /// <summary>Notes whose account an answer says it is, whatever its status.</summary>
    public void Answered(string? workspaceId, string? organizationId)
    {
        // One text for all who keep it, not one for each answer.
        WorkspaceId = workspaceId is null || workspaceId == WorkspaceId ? WorkspaceId : workspaceId;
        OrganizationId = organizationId ?? OrganizationId;
    }

    /// <summary>Notes a request that was served.</summary>
    public void ServedAfter(TimeSpan firstByte)
    {
        Interlocked.Increment(ref _served);
        var ms = Math.Max(firstByte.TotalMilliseconds, 0.001);
        var before = Volatile.Read(ref _firstByteMs);
        Volatile.Write(ref _firstByteMs, before == 0 ? ms : before + Smoothing * (ms - before));
        if (ConsecutiveFailures != 0 || _rateLimitsInARow != 0)
        {
            ForgetRows();
        }
    }

    /// <summary>Notes a failed attempt.</summary>
    public void FailedWith(string error, DateTimeOffset now, long attemptBegan)
    {
        Interlocked.Increment(ref _failed);
        lock (_lock)
        {
            LastError = new AccountError(error, now);
            if (attemptBegan > _lastFailureAt)
            {
                ConsecutiveFailures++;
                _lastFailureAt = epoch.Next();
            }
        }
    }

    /// <summary>Notes an answer that reached its end.</summary>
    public void Completed()
    {
        if (Volatile.Read(ref _cutsInARow) != 0)
        {
            Volatile.Write(ref _cutsInARow, 0);
        }
    }

    /// <summary>Counts an answer that ended before its end, and says how many that makes in a row; those that were under way together count once.</summary>
    public int CountCut(long attemptBegan)
    {
        lock (_lock)
        {
            if (attemptBegan > _lastCutAt)
            {
                _cutsInARow++;
                _lastCutAt = epoch.Next();
            }

            return _cutsInARow;
        }
    }

    /// <summary>Failures in a row before the attempt that began at <paramref name="attemptBegan"/>: not that of another which was in flight with it.</summary>
    public int FailuresBefore(long attemptBegan)
    {
        lock (_lock)
        {
            return attemptBegan > _lastFailureAt ? ConsecutiveFailures : Math.Max(0, ConsecutiveFailures - 1);
        }
    }

    /// <summary>Begins the rows of failures and of answers 429 anew; the counts and the last error stay, for people.</summary>
    public void ForgetRows()
    {
        lock (_lock)
        {
            (ConsecutiveFailures, _rateLimitsInARow) = (0, 0);
        }
    }

    /// <summary>Counts an answer 429, and says how many that makes in a row.</summary>
    public int CountRateLimit(DateTimeOffset now, long attemptBegan)
    {
        lock (_lock)
        {
            if (attemptBegan > _lastRateLimitAt)
            {
                _rateLimitsInARow = now - _lastRateLimit <= s_rowOfRateLimits ? _rateLimitsInARow + 1 : 1;
                _lastRateLimitAt = epoch.Next();
                _lastRateLimit = now;
            }

            return _rateLimitsInARow;
        }
    }
}
