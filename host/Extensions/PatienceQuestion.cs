namespace ClaudeProxy.Extensions;

/// <summary>How long is a request to wait for the account that has its conversation in cache?</summary>
/// <param name="usableIn">When there is such an account again, or <see langword="null"/> if that is unknown.</param>
internal sealed class PatienceQuestion(TimeSpan? usableIn)
{
    private long _answer;

    /// <summary>When there is such an account again, or <see langword="null"/> if that is unknown.</summary>
    public TimeSpan? UsableIn { get; } = usableIn;

    /// <summary>The answer; not at all before there is one. A call that has overrun may still set it, which does no harm.</summary>
    public TimeSpan Answer
    {
        get => new(Volatile.Read(ref _answer));
        set => Volatile.Write(ref _answer, value.Ticks);
    }
}
