using ClaudeProxy.Telemetry;

namespace ClaudeProxy.Explain;

/// <summary>How a request ended.</summary>
/// <param name="AfterMs">Milliseconds since it arrived.</param>
/// <param name="FirstByteMs">Milliseconds until the answer was known, or <see langword="null"/> if none came.</param>
/// <param name="Status">The status that the client got.</param>
/// <param name="Account">The account that served it or tried last, or <see langword="null"/>.</param>
/// <param name="Attempts">Attempts made, repeats included.</param>
/// <param name="Ending">How the answer ended.</param>
/// <param name="Error">The error of our own that the client got, or <see langword="null"/>.</param>
internal sealed record DecisionEnd(double AfterMs, double? FirstByteMs, int Status, string? Account, int Attempts, Ending Ending, string? Error);
