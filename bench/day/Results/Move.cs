namespace ClaudeProxy.Day.Results;

/// <summary>A conversation that was served where its cache was not, though it was still elsewhere.</summary>
/// <param name="Reason">Why, as far as can be seen from outside the balancer.</param>
/// <param name="Tokens">What the cache it left would have given, and the new one did not.</param>
internal sealed record Move(string Reason, long Tokens);
