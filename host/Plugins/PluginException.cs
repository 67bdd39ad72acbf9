namespace ClaudeProxy.Plugins;

/// <summary>A plugin cannot be used. The message is one sentence that names the plugin, for the operator.</summary>
/// <remarks>Keep the message, not the exception: what it was caused by may hold the plugin's assembly in memory.</remarks>
internal sealed class PluginException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>A sentence about what the plugin's own code threw.</summary>
    public static PluginException Because(string what, Exception cause) =>
        new($"{what}: {cause.GetType().Name}: {cause.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ')}.", cause);
}
