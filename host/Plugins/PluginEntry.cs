using System.Reflection;

namespace ClaudeProxy.Plugins;

/// <summary>Finds the entry point of a plugin's assembly and lets it register.</summary>
internal static class PluginEntry
{
    /// <summary>Constructs the one <see cref="IPlugin"/> of <paramref name="assembly"/> and calls it.</summary>
    /// <param name="assembly">The plugin's assembly.</param>
    /// <param name="file">Its path, for messages.</param>
    /// <returns>What it registered; not empty.</returns>
    /// <exception cref="PluginException">There is none, or more than one, or it failed.</exception>
    public static IReadOnlyDictionary<OfferKey, Func<PluginContext, object>> Register(Assembly assembly, string file)
    {
        var type = Find(assembly, file);
        var registry = new PluginRegistry(file);
        try
        {
            ((IPlugin)Activator.CreateInstance(type, BindingFlags.DoNotWrapExceptions, null, null, null)!).Register(registry);
        }
        catch (Exception exception) when (exception is not PluginException)
        {
            throw PluginException.Because($"Plugin '{file}' failed to register", exception);
        }

        var factories = registry.Close();
        return factories.Count > 0
            ? factories
            : throw new PluginException($"Plugin '{file}' registers nothing; its Register must name at least one thing it offers.");
    }

    private static Type Find(Assembly assembly, string file)
    {
        var entries = assembly.GetExportedTypes()
            .Where(type => type is { IsAbstract: false, ContainsGenericParameters: false } && type.IsAssignableTo(typeof(IPlugin)))
            .ToList();
        return entries switch
        {
            [] => throw new PluginException($"Plugin '{file}' has no public class that implements IPlugin; it needs exactly one."),
            [var entry] when entry.GetConstructor([]) is not null => entry,
            [var entry] => throw new PluginException($"Plugin '{file}': {entry.Name} has no public constructor without parameters; it needs one."),
            _ => throw new PluginException($"Plugin '{file}' has {entries.Count} public classes that implement IPlugin "
                + $"({string.Join(", ", entries.Select(entry => entry.Name).Order(StringComparer.Ordinal))}); it needs exactly one."),
        };
    }
}
