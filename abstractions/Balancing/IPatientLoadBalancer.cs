namespace ClaudeProxy.Abstractions;

/// <summary>A load balancer that may let a request wait for the account which has its conversation in cache.</summary>
/// <remarks>Lifetime, threading, cost and failure as for <see cref="ILoadBalancer"/>; a call that fails means no wait.</remarks>
public interface IPatientLoadBalancer : ILoadBalancer
{
    /// <summary>How long a request waits before it is given to an account with another cache. Asked once for a request, when none of the eligible
    /// accounts reads the cache that <see cref="RequestFacts.Cached"/> names.</summary>
    /// <param name="request">The request; <see cref="RequestFacts.Cached"/> is set.</param>
    /// <param name="usableIn">When an account with that cache can serve again, or <see langword="null"/> if that is unknown.</param>
    /// <returns>Zero or less to go on at once; the host waits 30 seconds at most. The wait ends early when such an account is usable again.</returns>
    TimeSpan PatienceFor(RequestFacts request, TimeSpan? usableIn);
}
