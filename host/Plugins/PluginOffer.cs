using ClaudeProxy.Configuration.Settings;
using ClaudeProxy.Hosting;

namespace ClaudeProxy.Plugins;

/// <summary>Something that the configuration can ask for by name. Valid as long as the catalog it comes from.</summary>
/// <param name="key">What it is.</param>
/// <param name="plugin">The plugin that offers it.</param>
internal sealed class PluginOffer<T>(OfferKey key, Shared<LoadedPlugin> plugin)
    where T : class
{
    /// <summary>The name the configuration uses.</summary>
    public string Name => key.Name;

    /// <summary>The plugin that offers it: the same object as long as the plugin's files stay as they are.</summary>
    public Shared<LoadedPlugin> Plugin { get; } = plugin;

    /// <summary>Makes an instance, which keeps its plugin loaded until it is disposed.</summary>
    /// <exception cref="PluginSettingsException">A setting does not fit, or is not known; one line for each.</exception>
    /// <exception cref="PluginException">The plugin failed to make it.</exception>
    public async ValueTask<PluginInstance<T>> CreateAsync(PluginContext context)
    {
        var plugin = Plugin.AddReference();
        T? value = null;
        try
        {
            value = Create(context);
            ThrowIfUnread(context.Settings);
            return new PluginInstance<T>(value, plugin, context.Logger);
        }
        catch
        {
            await new PluginInstance<T>(value, plugin, context.Logger).DisposeAsync();
            throw;
        }
    }

    private T Create(PluginContext context)
    {
        try
        {
            return (T?)Plugin.Value.Create(key, context)
                ?? throw new PluginException($"Plugin '{Plugin.Value.File}' returned null for the {key}.");
        }
        catch (Exception exception) when (exception is not (PluginSettingsException or PluginException))
        {
            throw PluginException.Because($"Plugin '{Plugin.Value.File}' failed to make the {key}", exception);
        }
    }

    private void ThrowIfUnread(PluginSettings settings)
    {
        if (settings.UnreadKeys is { Count: > 0 } unread)
        {
            throw new PluginSettingsException(string.Join(Environment.NewLine, unread.Select(unknown => Describe(unknown, settings))));
        }
    }

    private string Describe(string unknown, PluginSettings settings)
    {
        var remedy = Suggestion.Nearest(unknown, settings.KnownKeys) is { } meant ? $"Did you mean {meant}?"
            : settings.KnownKeys.Count > 0 ? $"It knows {string.Join(", ", settings.KnownKeys.Order(StringComparer.Ordinal))}."
            : "It has no settings.";
        return $"{settings.Location}.{unknown} is not a setting of the {key}. {remedy}";
    }
}
