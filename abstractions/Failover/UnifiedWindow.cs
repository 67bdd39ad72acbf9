namespace ClaudeProxy.Abstractions;

/// <summary>One window of a subscription's limit, from headers such as <c>anthropic-ratelimit-unified-5h-*</c>.</summary>
/// <param name="Name">The window: <c>5h</c>, <c>7d</c>, <c>7d_oi</c>, or one that is newer than this program.</param>
/// <param name="Status"><c>allowed</c>, <c>allowed_warning</c>, <c>rejected</c>, or <see langword="null"/> if not named.</param>
/// <param name="Utilization">Share used, 0 to 1 and sometimes a little more, or <see langword="null"/> if not named.</param>
/// <param name="ResetAfter">Time from the answer until the window starts anew, or <see langword="null"/> if not named.</param>
public sealed record UnifiedWindow(string Name, string? Status, double? Utilization, TimeSpan? ResetAfter);
