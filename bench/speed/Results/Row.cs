namespace ClaudeProxy.Speed.Results;

/// <summary>A row of the table: one figure of one case.</summary>
/// <param name="Letter">The case's letter.</param>
/// <param name="Title">What the load was.</param>
/// <param name="Name">What the figure says.</param>
/// <param name="Unit">What it is counted in.</param>
internal sealed record Row(char Letter, string Title, string Name, string Unit);
