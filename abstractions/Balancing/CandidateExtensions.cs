using System.Runtime.InteropServices;

namespace ClaudeProxy.Abstractions;

/// <summary>Reads the candidates of a choice without a call through an interface for each.</summary>
public static class CandidateExtensions
{
    /// <summary>The elements of <paramref name="candidates"/>, in their order. Nothing is copied where they are an array or a
    /// <see cref="List{T}"/>, as those are that the host gives to <see cref="ILoadBalancer.Pick"/>.</summary>
    /// <remarks>As valid as the list: not beyond the call of the balancer, and not once the list has changed.</remarks>
    public static ReadOnlySpan<Candidate> AsSpan(this IReadOnlyList<Candidate> candidates) => candidates switch
    {
        List<Candidate> list => CollectionsMarshal.AsSpan(list),
        Candidate[] array => array,
        _ => candidates.ToArray(),
    };
}
