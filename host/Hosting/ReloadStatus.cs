namespace ClaudeProxy.Hosting;

/// <summary>How the last reload went, for <c>/status</c>. Thread-safe.</summary>
internal sealed class ReloadStatus
{
    private volatile Reload? _last;

    /// <summary>The last reload, or <see langword="null"/> if there was none since the start.</summary>
    public Reload? Last => _last;

    /// <summary>Notes a reload.</summary>
    /// <param name="at">When.</param>
    /// <param name="faults">Why the generation before stays in force; empty if it was replaced.</param>
    public void Note(DateTimeOffset at, IReadOnlyList<string> faults) => _last = new Reload(at, faults);

    /// <summary>One reload.</summary>
    internal sealed record Reload(DateTimeOffset At, IReadOnlyList<string> Faults);
}
