namespace ClaudeProxy.Explain;

/// <summary>Why an account was not picked.</summary>
/// <param name="Account">The account's id.</param>
/// <param name="Why">The reason.</param>
/// <param name="Until">The end of its rest, if it rests.</param>
/// <param name="Detail">More for people, such as what it rests for; never secret.</param>
internal sealed record CandidateNote(string Account, Skipped Why, DateTimeOffset? Until = null, string? Detail = null);
