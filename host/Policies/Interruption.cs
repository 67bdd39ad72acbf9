using System.Runtime.CompilerServices;

namespace ClaudeProxy.Policies;

/// <summary>The sign that tells a running call of a script to end, since nothing can stop it from outside. Thread-safe.</summary>
/// <remarks>Scripts are compiled so that every turn of a loop and every function looks at the sign of the call it serves.</remarks>
internal sealed class Interruption
{
    /// <summary>The class that the compiler adds to every script, so that its code finds <see cref="Check"/>.</summary>
    public const string HookType = "__Interruption";

    /// <summary>The field of that class, an <see cref="Action"/>; set when the script is loaded.</summary>
    public const string HookField = "Check";

    [ThreadStatic]
    private static Interruption? t_current;

    private volatile bool _requested;

    /// <summary>The sign of the call that this thread is making, or <see langword="null"/> if it makes none.</summary>
    public static Interruption? Current
    {
        get => t_current;
        set => t_current = value;
    }

    /// <summary>Asks the call to end.</summary>
    public void Request() => _requested = true;

    /// <summary>Ends this thread's call if that was asked for, or if it has nearly used up its stack.</summary>
    /// <exception cref="TimeoutException">The call was asked to end.</exception>
    /// <exception cref="InsufficientExecutionStackException">The stack is nearly used up; past its end the process would die.</exception>
    public static void Check()
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (t_current is { _requested: true })
        {
            throw new TimeoutException("The script overran its time and was told to end.");
        }
    }
}
