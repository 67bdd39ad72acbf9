namespace ClaudeProxy.Accounts;

/// <summary>What is left of one limit, for people.</summary>
/// <param name="Name">The bucket or window.</param>
/// <param name="Models">The models it is for, or <see langword="null"/> for all.</param>
/// <param name="Limit">Its size, or <see langword="null"/> for a window, which names none.</param>
/// <param name="Left">The share that is left, 0 to 1.</param>
/// <param name="ResetAt">When it is whole again.</param>
internal sealed record LimitStanding(string Name, string? Models, double? Limit, double Left, DateTimeOffset ResetAt);
