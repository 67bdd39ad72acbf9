namespace ClaudeProxy.Speed.Candidates;

/// <summary>How a candidate is started.</summary>
/// <param name="Program">The program, by path or by name.</param>
/// <param name="Arguments">Its arguments.</param>
internal sealed record Launch(string Program, params IReadOnlyList<string> Arguments)
{
    /// <summary>Environment variables of its own.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
}
