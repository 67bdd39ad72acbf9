using ClaudeProxy.Policies;

namespace ClaudeProxy.Extensions;

/// <summary>A call into foreign code, as the watchdog sees it.</summary>
internal abstract class WatchedCall
{
    /// <summary>What a script looks at to learn that it must end.</summary>
    public Interruption Interruption { get; } = new();

    /// <summary>When the call began, as a timestamp of the watchdog's clock.</summary>
    public long BeganAt { get; set; }

    /// <summary>The watchdog's turn in which the call began.</summary>
    public long BeganInTurn { get; set; }

    /// <summary>The call's place among those that are watched; <see langword="null"/> while it is not.</summary>
    public LinkedListNode<WatchedCall> Place { get; }

    protected WatchedCall() => Place = new LinkedListNode<WatchedCall>(this);

    /// <summary>Called once, on the watchdog's thread, when the call has overrun its time. Must be quick and must not throw.</summary>
    public abstract void OnOverrun();
}
