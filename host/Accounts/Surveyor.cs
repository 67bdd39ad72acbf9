namespace ClaudeProxy.Accounts;

/// <summary>Keeps the last survey of some accounts, and makes another when it holds no longer. Thread-safe.</summary>
internal sealed class Surveyor(AccountState[] accounts, int[] groups)
{
    private volatile Survey? _survey;
    private long _changes = -1;

    /// <summary>The survey by which everybody must be looked at.</summary>
    public Survey OfNobody { get; } = Survey.OfNobody(accounts, groups);

    /// <summary>A survey that holds at <paramref name="now"/>.</summary>
    /// <param name="now">The present time.</param>
    /// <param name="epoch">Counts what changes.</param>
    /// <param name="probeInterval">How long a rate limit lasts until it is worth a probe.</param>
    public Survey SurveyAt(DateTimeOffset now, Epoch epoch, TimeSpan probeInterval)
    {
        // First of all: what changes during the survey makes it one of the past.
        var changes = epoch.Changes;
        if (_survey is { } survey && survey.HoldsAt(now, changes))
        {
            return survey;
        }

        // A survey pays only where the next request finds it of use: not while every request changes something.
        return Interlocked.Exchange(ref _changes, changes) == changes
            ? _survey = Survey.Of(accounts, groups, now, changes, probeInterval)
            : OfNobody;
    }
}
