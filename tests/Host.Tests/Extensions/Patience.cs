namespace ClaudeProxy.Tests.Extensions;

/// <summary>How tests wait: for a fact, and much longer than it can take.</summary>
internal static class Patience
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static Task<T> Soon<T>(this ValueTask<T> task) => task.AsTask().WaitAsync(Limit);

    public static Task Soon(this TaskCompletionSource source) => source.Task.WaitAsync(Limit);

    public static void Until(Func<bool> fact) => Assert.True(SpinWait.SpinUntil(fact, Limit));
}
