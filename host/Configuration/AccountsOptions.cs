using System.Text.Json;

namespace ClaudeProxy.Configuration;

/// <summary>The <c>accounts</c> section: an account source and its settings.</summary>
/// <param name="Source">The name of a source that a plugin offers.</param>
/// <param name="Settings">The other keys of the section, as one JSON object whose <c>${NAME}</c>s are filled in.</param>
internal sealed record AccountsOptions(string Source, JsonElement Settings);
