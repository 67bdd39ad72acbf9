namespace ClaudeProxy.Plugins.Simulator;

/// <summary>How fast and in how many parts an account answers.</summary>
/// <param name="FirstByte">From the request to the first byte of its answer.</param>
/// <param name="EventInterval">Between two events of a stream; an answer in one piece takes as long as the stream would have.</param>
/// <param name="Events">How many parts the text of a stream comes in; 1 or more.</param>
internal sealed record Pace(TimeSpan FirstByte, TimeSpan EventInterval, int Events)
{
    /// <summary>No waiting at all.</summary>
    public static Pace Immediate { get; } = new(TimeSpan.Zero, TimeSpan.Zero, 8);
}
