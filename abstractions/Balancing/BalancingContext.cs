namespace ClaudeProxy.Abstractions;

/// <summary>The names in scope of a balancing script (a <c>.csx</c> file given as <c>algorithm</c>).</summary>
/// <remarks>The script returns one of <see cref="Candidates"/>, or <see langword="null"/> to decline them all. Lent for one call.</remarks>
/// <param name="request">What is known of the request.</param>
/// <param name="candidates">The eligible accounts.</param>
/// <param name="random">The source of chance.</param>
public sealed class BalancingContext(RequestFacts request, IReadOnlyList<Candidate> candidates, Random random)
{
    /// <summary>What is known of the request.</summary>
    public RequestFacts Request { get; } = request;

    /// <summary>The eligible accounts; never empty, in the order of the configuration or source.</summary>
    public IReadOnlyList<Candidate> Candidates { get; } = candidates;

    /// <summary>The source of chance; thread-safe.</summary>
    public Random Random { get; } = random;
}
