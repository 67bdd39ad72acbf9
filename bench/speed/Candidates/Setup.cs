namespace ClaudeProxy.Speed.Candidates;

/// <summary>What a candidate is set up for.</summary>
/// <param name="Folder">An empty folder of its own.</param>
/// <param name="Port">The port to listen on.</param>
/// <param name="Wanted">What the case wants of it.</param>
internal sealed record Setup(string Folder, int Port, Wanted Wanted);
