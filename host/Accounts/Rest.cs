namespace ClaudeProxy.Accounts;

/// <summary>One period in which a scope is not used: until when, why, and how often in a row.</summary>
/// <param name="Until">Its end.</param>
/// <param name="Reason">For people; never secret.</param>
/// <param name="SetAt">The epoch in which it was set.</param>
/// <param name="Failures">Failures in a row that led to it, from 1.</param>
/// <param name="IsTransport">Whether it was set because the upstream could not be reached.</param>
internal sealed record Rest(DateTimeOffset Until, string Reason, long SetAt, int Failures, bool IsTransport)
{
    /// <summary>The longest that backing off makes of a shorter duration.</summary>
    public static readonly TimeSpan LongestBackoff = TimeSpan.FromMinutes(10);

    /// <summary>How long it was meant to be, before it was doubled for failures in a row.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>The end of a rest that begins at <paramref name="now"/>, however long the policy wants it.</summary>
    public static DateTimeOffset EndOf(DateTimeOffset now, TimeSpan duration) =>
        duration < DateTimeOffset.MaxValue - now ? now + duration : DateTimeOffset.MaxValue;

    /// <summary>Doubles <paramref name="duration"/> for each failure after the first, to at most <see cref="LongestBackoff"/>, or to the
    /// duration itself where that is longer.</summary>
    public static TimeSpan BackOff(TimeSpan duration, int failures)
    {
        var longest = duration > LongestBackoff ? duration : LongestBackoff;
        var doublings = Math.Min(failures - 1, 30);
        return duration > longest / (1L << doublings) ? longest : duration * (1L << doublings);
    }
}
