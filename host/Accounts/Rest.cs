namespace ClaudeProxy.Accounts;

/// <summary>One period in which a scope is not used: until when, why, and how often in a row.</summary>
/// <param name="Until">Its end.</param>
/// <param name="Reason">For people; never secret.</param>
/// <param name="SetAt">The epoch in which it was set.</param>
/// <param name="Failures">Failures in a row that led to it, from 1.</param>
/// <param name="IsTransport">Whether it was set because the upstream could not be reached.</param>
internal sealed record Rest(DateTimeOffset Until, string Reason, long SetAt, int Failures, bool IsTransport)
{
    /// <summary>How long it was meant to be, before it was doubled for failures in a row.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>The end of a rest that begins at <paramref name="now"/>, however long the policy wants it.</summary>
    public static DateTimeOffset EndOf(DateTimeOffset now, TimeSpan duration) =>
        duration < DateTimeOffset.MaxValue - now ? now + duration : DateTimeOffset.MaxValue;
}
