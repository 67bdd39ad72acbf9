namespace ClaudeProxy.Configuration.Settings;

/// <summary>A setting that the program reads. Schema and documentation are held to these.</summary>
/// <param name="Path">Where it stands, such as <c>servers[].weight</c>.</param>
/// <param name="Rule">What it must be, as the fault says it.</param>
/// <param name="Default">What it is unless set, as the file would write it; <see langword="null"/> if nothing, or if others decide.</param>
internal sealed record AskedSetting(string Path, string Rule, string? Default);
