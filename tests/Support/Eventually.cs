using System.Runtime.CompilerServices;

namespace ClaudeProxy.Tests.Support;

/// <summary>Waits for facts, with one time limit that is long enough for a busy machine.</summary>
public static class Eventually
{
    /// <summary>How long anything in a test may take.</summary>
    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(30);

    /// <summary>Awaits <paramref name="task"/>, or fails when the limit is over.</summary>
    public static async Task InTime(this Task task, [CallerArgumentExpression(nameof(task))] string what = "")
    {
        try
        {
            await task.WaitAsync(Limit);
        }
        catch (TimeoutException) when (!task.IsCompleted)
        {
            throw new TimeoutException($"Not done within {Limit.TotalSeconds} seconds: {what}");
        }
    }

    /// <summary>Awaits <paramref name="task"/>, or fails when the limit is over.</summary>
    public static async Task<T> InTime<T>(this Task<T> task, [CallerArgumentExpression(nameof(task))] string what = "")
    {
        await ((Task)task).InTime(what);
        return await task;
    }

    /// <summary>Waits until <paramref name="fact"/> holds. Only for facts that nothing announces; prefer a task.</summary>
    public static async Task HoldsAsync(Func<bool> fact, [CallerArgumentExpression(nameof(fact))] string what = "")
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!fact())
        {
            if (TimeProvider.System.GetElapsedTime(started) > Limit)
            {
                throw new TimeoutException($"Did not become true within {Limit.TotalSeconds} seconds: {what}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }
}
