using System.Runtime.InteropServices;
using ClaudeProxy.Abstractions;

namespace ClaudeProxy.TestPlugins;

/// <summary>Offers <c>brings_library</c> and <c>brings_native_library</c>, which choose by libraries that only this plugin has.</summary>
public sealed class BringsLibraryPlugin : IPlugin
{
    public void Register(IPluginRegistry registry)
    {
        registry.AddLoadBalancer("brings_library", _ => new ChoiceLoadBalancer(candidates => Choice.Among(candidates.Count)));
        registry.AddLoadBalancer("brings_native_library", _ => new ChoiceLoadBalancer(candidates => (int)Floor(candidates.Count - 0.5)));
    }

    [DllImport("brought_native", EntryPoint = "floor")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    private static extern double Floor(double value);

    private sealed class ChoiceLoadBalancer(Func<IReadOnlyList<Candidate>, int> choose) : ILoadBalancer
    {
        public Candidate? Pick(RequestFacts request, IReadOnlyList<Candidate> candidates) => candidates[choose(candidates)];
    }
}
