namespace ClaudeProxy.Speed.Cases;

/// <summary>One figure of a measurement.</summary>
/// <param name="Name">What it says.</param>
/// <param name="Unit">What it is counted in.</param>
/// <param name="Value">How much.</param>
internal sealed record Figure(string Name, string Unit, double Value);
