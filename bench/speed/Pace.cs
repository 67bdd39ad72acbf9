namespace ClaudeProxy.Speed;

/// <summary>How long things are measured.</summary>
/// <param name="WarmUp">Load before a measurement of what is compiled while it runs; the others get as much as is measured.</param>
/// <param name="Time">Load that is measured.</param>
/// <param name="Streams">Streams of each connection that are measured.</param>
/// <param name="Starts">Starts of the process.</param>
/// <param name="Failures">Requests that meet a failure.</param>
internal sealed record Pace(TimeSpan WarmUp, TimeSpan Time, int Streams, int Starts, int Failures)
{
    /// <summary>For figures.</summary>
    public static Pace Full { get; } = new(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(5), Streams: 6, Starts: 7, Failures: 20);

    /// <summary>To see that everything runs.</summary>
    public static Pace Quick { get; } = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), Streams: 1, Starts: 1, Failures: 5);
}
