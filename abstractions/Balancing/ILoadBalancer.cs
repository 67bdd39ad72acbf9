namespace ClaudeProxy.Abstractions;

/// <summary>Picks the account that serves the next attempt of a request.</summary>
/// <remarks>
/// <para><b>Lifetime:</b> one instance per pool, from the moment its configuration is applied until it
/// is replaced. Disposed afterwards if it implements <see cref="IAsyncDisposable"/> or <see cref="IDisposable"/>.</para>
/// <para><b>Threading:</b> called concurrently by every in-flight request; must be thread-safe.</para>
/// <para><b>Cost:</b> called once per attempt, before the upstream is contacted. Must not block, await or do I/O. A call that takes
/// more than 50 milliseconds is given up: the request goes on with a built-in choice.</para>
/// <para><b>Failure:</b> let exceptions escape. The host logs them with the plugin's name and makes a
/// built-in choice for this request; a balancer that fails three times in a row is set aside until it or its configuration changes.</para>
/// </remarks>
public interface ILoadBalancer
{
    /// <summary>Picks one of <paramref name="candidates"/>.</summary>
    /// <param name="request">What is known of the request.</param>
    /// <param name="candidates">The eligible accounts: not cooling down, below their concurrency limit and
    /// not yet attempted by this request. Never empty; in the order of the configuration or source.
    /// Valid only during the call.</param>
    /// <returns>An element of <paramref name="candidates"/>, or <see langword="null"/> to decline them all,
    /// which ends the request with 503.</returns>
    Candidate? Pick(RequestFacts request, IReadOnlyList<Candidate> candidates);
}
