using System.Text.Json;
using ClaudeProxy.Abstractions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClaudeProxy.Tests.Plugins;

/// <summary>What the host lends to a factory.</summary>
internal static class PluginContexts
{
    /// <summary>A context with these settings.</summary>
    public static PluginContext With(string settings = "{}", ILogger? logger = null)
    {
        using var json = JsonDocument.Parse(settings);
        return new PluginContext(
            new PluginSettings("config.json: plugins.settings.x", json.RootElement.Clone()), logger ?? NullLogger.Instance, TimeProvider.System, new Random(1));
    }
}
