using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Extensions;

/// <summary>Stands between the proxy and code that a stranger wrote: that code may throw, block, loop or return nonsense, and still every
/// call is answered within its limit. Thread-safe; owns the extension and disposes it.</summary>
/// <remarks>Calls take no cancellation token: none lasts longer than the limit.</remarks>
internal abstract class ExtensionGuard<TArguments, TResult> : IAsyncDisposable
{
    private const int MaxKeptCalls = 256;

    private readonly bool _isBuiltIn;
    private readonly CallWatchdog _watchdog;
    private readonly ExtensionHealth _health;
    private readonly ExtensionLifetime _lifetime;
    private readonly Stack<GuardedCall<TArguments, TResult>> _keptCalls = new();

    /// <summary>Takes <paramref name="extension"/> over.</summary>
    /// <param name="kind">What it is, as the beginning of a sentence.</param>
    /// <param name="name">Its name, as the configuration has it.</param>
    /// <param name="extension">The extension.</param>
    /// <param name="isBuiltIn">Whether it is our own, which needs no guard.</param>
    /// <param name="watchdog">Tells when a call takes too long.</param>
    /// <param name="logger">Hears of each distinct fault once.</param>
    protected ExtensionGuard(string kind, string name, object extension, bool isBuiltIn, CallWatchdog watchdog, ILogger logger)
    {
        Name = name;
        _isBuiltIn = isBuiltIn;
        _watchdog = watchdog;
        _health = new ExtensionHealth($"{kind} '{name}'", watchdog.TimeProvider, logger);
        _lifetime = new ExtensionLifetime($"{kind} '{name}'", extension, watchdog.TimeProvider, logger);
    }

    /// <summary>The extension's name, as the configuration has it.</summary>
    public string Name { get; }

    /// <summary>Why the built-in choice stands in for the extension; <see langword="null"/> while the extension is in use.</summary>
    public string? SetAsideReason =>
        _health.SetAsideReason ?? (_lifetime.HasStuckCalls ? $"{OverrunText} and has not returned yet" : null);

    /// <summary>Whether the next call goes to the extension.</summary>
    public bool IsInUse => !_isBuiltIn && _health.SetAsideReason is null && !_lifetime.HasStuckCalls;

    /// <summary>With how many failures in a row the extension is set aside.</summary>
    protected abstract int ToleratedFailures { get; }

    /// <summary>The same where the last of them is an overrun.</summary>
    protected abstract int ToleratedOverruns { get; }

    private string OverrunText => $"took more than {DurationText.Write(_watchdog.Limit)}";

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _lifetime.DisposeAsync();

    /// <summary>Asks the extension. What it throws escapes.</summary>
    public abstract TResult CallExtension(TArguments arguments);

    /// <summary>What is chosen where the extension cannot be asked.</summary>
    public abstract TResult ChooseBuiltIn(TArguments arguments);

    /// <summary>The extension has answered: its answer, or the built-in one where its is none.</summary>
    public TResult Judge(WatchedCall call, TArguments arguments, TResult answer)
    {
        if (FaultIn(arguments, answer) is { } fault)
        {
            _health.Failed(call.BeganAt, fault, ToleratedFailures);
            return ChooseBuiltIn(arguments);
        }

        _health.Succeeded();
        return answer;
    }

    /// <summary>The extension has thrown.</summary>
    public TResult Reject(WatchedCall call, TArguments arguments, Exception thrown)
    {
        _health.Failed(call.BeganAt, $"threw {ExceptionText.Of(thrown)}", ToleratedFailures);
        return ChooseBuiltIn(arguments);
    }

    /// <summary>The extension has overrun its time.</summary>
    public TResult GiveUp(WatchedCall call, TArguments arguments)
    {
        _health.Failed(call.BeganAt, OverrunText, ToleratedOverruns);
        return ChooseBuiltIn(arguments);
    }

    /// <summary>A call has overrun, and works on until <see cref="Return"/>.</summary>
    public void Hold() => _lifetime.Hold();

    /// <summary>A call that had overrun is back.</summary>
    public void Return() => _lifetime.Return();

    /// <summary>Keeps a finished call for the next one.</summary>
    public void Keep(GuardedCall<TArguments, TResult> call)
    {
        lock (_keptCalls)
        {
            if (_keptCalls.Count < MaxKeptCalls)
            {
                _keptCalls.Push(call);
            }
        }
    }

    /// <summary>What is wrong with the extension's answer, as the end of a sentence; <see langword="null"/> if nothing is.</summary>
    protected abstract string? FaultIn(TArguments arguments, TResult answer);

    /// <summary>Nobody needs <paramref name="arguments"/> any longer.</summary>
    public virtual void Finish(TArguments arguments)
    {
    }

    /// <summary>Asks the extension on another thread, or makes the built-in choice on this one.</summary>
    protected ValueTask<TResult> AskAsync(TArguments arguments)
    {
        if (IsInUse)
        {
            return TakeCall().Start(arguments);
        }

        var choice = ChooseBuiltIn(arguments);
        Finish(arguments);
        return ValueTask.FromResult(choice);
    }

    private GuardedCall<TArguments, TResult> TakeCall()
    {
        lock (_keptCalls)
        {
            return _keptCalls.TryPop(out var call) ? call : new GuardedCall<TArguments, TResult>(this, _watchdog);
        }
    }
}
