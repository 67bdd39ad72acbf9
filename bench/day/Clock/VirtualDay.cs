namespace ClaudeProxy.Day.Clock;

/// <summary>Lets time pass: as soon as all that can happen at one moment has happened, the clock goes on to the next timer.</summary>
/// <remarks>That works because the pool has one thread, which this runs on itself: if nothing waits for the thread, everybody waits for the
/// clock. And it makes the order of events the same each time.</remarks>
internal static class VirtualDay
{
    /// <summary>Lets time pass until <paramref name="work"/> is done. To be called on a thread of the pool.</summary>
    /// <exception cref="InvalidOperationException">The pool has more threads than one, or somebody waits for what will not happen.</exception>
    public static async Task PassAsync(VirtualClock clock, Task work)
    {
        ThreadPool.GetMaxThreads(out var threads, out _);
        if (threads != 1 || !Thread.CurrentThread.IsThreadPoolThread)
        {
            throw new InvalidOperationException("The day needs a thread pool of one thread, and has to run on it.");
        }

        while (true)
        {
            while (ThreadPool.PendingWorkItemCount > 0)
            {
                await Task.Yield();
            }

            if (work.IsCompleted)
            {
                await work;
                return;
            }

            if (!clock.FireNext())
            {
                throw new InvalidOperationException("Somebody waits for what will not happen.");
            }
        }
    }
}
