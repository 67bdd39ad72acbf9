using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Abstractions;

/// <summary>What the host lends to a factory: settings, logger, clock and chance. The parts may be kept.</summary>
/// <param name="settings">The settings that the configuration gives to this name.</param>
/// <param name="logger">A logger of the plugin's own category. Thread-safe.</param>
/// <param name="timeProvider">The clock; use it instead of the static ones. Thread-safe.</param>
/// <param name="random">The source of chance; use it instead of the static one. Thread-safe.</param>
public sealed class PluginContext(PluginSettings settings, ILogger logger, TimeProvider timeProvider, Random random)
{
    /// <summary>The settings that the configuration gives to this name; empty if it gives none.</summary>
    public PluginSettings Settings { get; } = settings;

    /// <summary>A logger of the plugin's own category. Thread-safe.</summary>
    public ILogger Logger { get; } = logger;

    /// <summary>The clock. Thread-safe.</summary>
    public TimeProvider TimeProvider { get; } = timeProvider;

    /// <summary>The source of chance. Thread-safe.</summary>
    public Random Random { get; } = random;
}
