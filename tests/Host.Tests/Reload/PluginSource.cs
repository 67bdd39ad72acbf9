using ClaudeProxy.Abstractions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace ClaudeProxy.Tests.Reload;

/// <summary>Plugins that a test writes while the proxy runs.</summary>
internal static class PluginSource
{
    private static readonly MetadataReference[] s_references =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal))
            .Append(typeof(IPlugin).Assembly.Location)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>Lays a plugin with one load balancer into <paramref name="folder"/>, over what may be there.</summary>
    /// <param name="folder">The plugin folder.</param>
    /// <param name="name">The plugin's name.</param>
    /// <param name="offer">The balancer's name in the configuration.</param>
    /// <param name="pick">The body of its <c>Pick</c>.</param>
    /// <param name="members">More members of the balancer's class, and what follows <c>context</c> in its factory.</param>
    public static void WriteBalancer(string folder, string name, string offer, string pick, string members = "") => Write(folder, name, $$"""
        public sealed class Entry : IPlugin
        {
            public void Register(IPluginRegistry registry) => registry.AddLoadBalancer("{{offer}}", context => new Balancer(context));
        }

        public sealed class Balancer(PluginContext context) : ILoadBalancer
        {
            private readonly PluginContext _context = context;
            {{members}}
            public Candidate? Pick(RequestFacts request, IReadOnlyList<Candidate> candidates)
            {
                {{pick}}
            }
        }
        """);

    /// <summary>Compiles a plugin and lays it into <paramref name="folder"/>, over what may be there.</summary>
    public static void Write(string folder, string name, string source)
    {
        const string Usings = "using System; using System.Collections.Generic; using System.Linq; using System.Threading; using System.Threading.Tasks; using ClaudeProxy.Abstractions;\n";
        var compilation = CSharpCompilation.Create(
            name,
            [CSharpSyntaxTree.ParseText(Usings + source)],
            s_references,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, optimizationLevel: OptimizationLevel.Release));
        using var assembly = new MemoryStream();
        var emitted = compilation.Emit(assembly);
        Assert.True(emitted.Success, string.Join('\n', emitted.Diagnostics));
        Directory.CreateDirectory(Path.Combine(folder, name));
        File.WriteAllBytes(Path.Combine(folder, name, name + ".dll"), assembly.ToArray());
    }
}
