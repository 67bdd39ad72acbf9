using ClaudeProxy.Hosting;
using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Plugins;

/// <summary>Something a plugin made, together with its hold on the plugin; dispose it to give up both.</summary>
/// <remarks>Thread-safe. After the disposal it holds nothing of the plugin, so that it may be forgotten late.</remarks>
internal sealed class PluginInstance<T>(T? value, Shared<LoadedPlugin> plugin, ILogger logger) : IAsyncDisposable
    where T : class
{
    private Shared<LoadedPlugin>? _plugin = plugin;
    private T? _value = value;

    /// <summary>The thing itself. Use it only until the disposal.</summary>
    public T Value => _value ?? throw new ObjectDisposedException(typeof(T).Name);

    /// <summary>The plugin that made it.</summary>
    public LoadedPlugin Plugin => (_plugin ?? throw new ObjectDisposedException(typeof(T).Name)).Value;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _plugin, null) is not { } plugin)
        {
            return;
        }

        try
        {
            await DisposeAsync(Interlocked.Exchange(ref _value, null));
        }
        catch (Exception exception)
        {
            logger.DisposeFailed(plugin.Value.Name, exception.GetType().Name, exception.Message);
        }
        finally
        {
            await plugin.Release();
        }
    }

    private static ValueTask DisposeAsync(T? value)
    {
        if (value is IAsyncDisposable asynchronous)
        {
            return asynchronous.DisposeAsync();
        }

        (value as IDisposable)?.Dispose();
        return ValueTask.CompletedTask;
    }
}
