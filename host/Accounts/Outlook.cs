namespace ClaudeProxy.Accounts;

/// <summary>Why nobody can serve a request now, and when somebody can.</summary>
/// <param name="AllRateLimited">Every account that may serve it is out of quota, and nothing worse.</param>
/// <param name="UsableAt">When the first one is usable again; <see langword="null"/> if no time is known.</param>
/// <param name="Accounts">How many accounts may serve it at all.</param>
/// <param name="IsOutage">None of them is usable, and one at least because its upstream could not be reached.</param>
internal sealed record Outlook(bool AllRateLimited, DateTimeOffset? UsableAt, int Accounts, bool IsOutage = false);
