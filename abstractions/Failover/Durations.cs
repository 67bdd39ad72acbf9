namespace ClaudeProxy.Abstractions;

/// <summary>Short words for durations, in scope of every failover script.</summary>
public static class Durations
{
    /// <summary><paramref name="count"/> seconds.</summary>
    public static TimeSpan Seconds(double count) => TimeSpan.FromSeconds(count);

    /// <summary><paramref name="count"/> minutes.</summary>
    public static TimeSpan Minutes(double count) => TimeSpan.FromMinutes(count);

    /// <summary><paramref name="count"/> hours.</summary>
    public static TimeSpan Hours(double count) => TimeSpan.FromHours(count);
}
