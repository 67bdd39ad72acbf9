using System.Threading.Tasks.Sources;
using ClaudeProxy.Policies;

namespace ClaudeProxy.Extensions;

/// <summary>One call into foreign code, on a thread of the pool, awaited by one caller; used again once both are done.</summary>
/// <remarks>What follows the await goes on inline on the thread that made the call.</remarks>
internal sealed class GuardedCall<TArguments, TResult>(ExtensionGuard<TArguments, TResult> guard, CallWatchdog watchdog)
    : WatchedCall, IThreadPoolWorkItem, IValueTaskSource<TResult>
{
    private ManualResetValueTaskSourceCore<TResult> _completion;
    private TArguments _arguments = default!;
    private volatile bool _overran;

    /// <summary>Makes the call. The task must be awaited, once.</summary>
    public ValueTask<TResult> Start(TArguments arguments)
    {
        _arguments = arguments;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
        return new ValueTask<TResult>(this, _completion.Version);
    }

    /// <inheritdoc />
    public override void OnOverrun()
    {
        _overran = true;
        guard.Hold();
        ThreadPool.UnsafeQueueUserWorkItem(static call => call._completion.SetResult(call.GiveUp()), this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute()
    {
        // Others may have found it stuck while this call waited for a thread.
        if (!guard.IsInUse)
        {
            _completion.SetResult(guard.ChooseBuiltIn(_arguments));
            return;
        }

        var arguments = _arguments;
        var answer = default(TResult);
        Exception? thrown = null;
        watchdog.Begin(this);
        Interruption.Current = Interruption;
        try
        {
            answer = guard.CallExtension(arguments);
        }
        catch (Exception exception)
        {
            thrown = exception;
        }

        Interruption.Current = null;
        if (!watchdog.End(this))
        {
            guard.Return();
            return;
        }

        _completion.SetResult(thrown is null ? guard.Judge(this, arguments, answer!) : guard.Reject(this, arguments, thrown));
    }

    TResult IValueTaskSource<TResult>.GetResult(short token)
    {
        var result = _completion.GetResult(token);

        // The extension still works on an overrun call's arguments: that object is never used again.
        if (!_overran)
        {
            guard.Finish(_arguments);
            _arguments = default!;
            _completion.Reset();
            guard.Keep(this);
        }

        return result;
    }

    ValueTaskSourceStatus IValueTaskSource<TResult>.GetStatus(short token) => _completion.GetStatus(token);

    void IValueTaskSource<TResult>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _completion.OnCompleted(continuation, state, token, flags);

    private TResult GiveUp() => guard.GiveUp(this, _arguments);
}
