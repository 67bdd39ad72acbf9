using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace ClaudeProxy.Policies;

/// <summary>Holds one version of one script, so that it can be unloaded by itself.</summary>
internal sealed class ScriptLoadContext(string path) : AssemblyLoadContext($"Script {path}", isCollectible: true)
{
    private const string FactoryName = "<Factory>";

    /// <summary>Loads a compiled script and gives what runs it: from the context object (first of the two) to the result.</summary>
    /// <exception cref="BadImageFormatException">This is no compiled script.</exception>
    public Func<object?[], Task<TResult>> Load<TResult>(byte[] image)
    {
        using var stream = new MemoryStream(image, writable: false);
        var types = LoadFromStream(stream).GetTypes();
        var factory = types.Select(type => type.GetMethod(FactoryName)).FirstOrDefault(method => method is not null)
            ?? throw new BadImageFormatException($"The compiled form of script '{path}' has no entry point.");
        var hook = types.FirstOrDefault(type => type.Name == Interruption.HookType)?.GetField(Interruption.HookField)
            ?? throw new BadImageFormatException($"The compiled form of script '{path}' cannot be interrupted.");
        hook.SetValue(null, (Action)Interruption.Check);
        Prepare(types);
        return factory.CreateDelegate<Func<object?[], Task<TResult>>>();
    }

    /// <summary>The contract is the host's own, whatever context the host itself is in.</summary>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        var contract = typeof(AttemptOutcome).Assembly;
        return assemblyName.Name == contract.GetName().Name ? contract : null;
    }

    // The first request must not pay for machine code with its 50 milliseconds.
    private static void Prepare(Type[] types)
    {
        var methods = types
            .SelectMany(type => type.GetMethods(
                BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            .Where(method => method is { IsAbstract: false, ContainsGenericParameters: false });
        foreach (var method in methods)
        {
            RuntimeHelpers.PrepareMethod(method.MethodHandle);
        }
    }
}
