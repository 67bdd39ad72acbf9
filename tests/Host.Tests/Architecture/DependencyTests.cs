using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using ClaudeProxy.Abstractions;
using ClaudeProxy.Plugins;
using ClaudeProxy.Tests.Plugins;

namespace ClaudeProxy.Tests.Architecture;

/// <summary>Plugins and host know the contract, and not each other.</summary>
public sealed class DependencyTests
{
    private const string Contract = "ClaudeProxy.Abstractions";

    private static readonly string[] s_plugins = [.. Directory.GetDirectories(PluginFolder.Shipped).Select(path => Path.GetFileName(path))];

    public static TheoryData<string> ShippedPlugins => [.. s_plugins];

    [Fact]
    public void Host_ReferencesNoPlugin()
    {
        var references = ReferencesOf(typeof(PluginCatalog).Assembly.Location);

        Assert.Contains(Contract, references);
        Assert.DoesNotContain(references, s_plugins.Contains);
    }

    [Fact]
    public void Contract_ReferencesTheFrameworkAndTheLoggingContractAlone()
    {
        var references = ReferencesOf(typeof(IPlugin).Assembly.Location).Where(reference => !reference.StartsWith("System.", StringComparison.Ordinal));

        Assert.Equal(["Microsoft.Extensions.Logging.Abstractions"], references);
    }

    [Theory]
    [MemberData(nameof(ShippedPlugins))]
    public void Plugin_ReferencesTheContractAndNothingElseOfOurs(string plugin)
    {
        var references = ReferencesOf(Path.Combine(PluginFolder.Shipped, plugin, plugin + ".dll"));

        Assert.DoesNotContain("claude-proxy", references);
        Assert.DoesNotContain(references, s_plugins.Contains);
    }

    [Theory]
    [MemberData(nameof(ShippedPlugins))]
    public void Plugin_BringsNeitherTheContractNorItsLibraries(string plugin)
    {
        string[] files = [.. Directory.GetFiles(Path.Combine(PluginFolder.Shipped, plugin)).Select(path => Path.GetFileName(path))];

        Assert.DoesNotContain($"{Contract}.dll", files);
        Assert.DoesNotContain("Microsoft.Extensions.Logging.Abstractions.dll", files);
    }

    private static List<string> ReferencesOf(string path)
    {
        using var executable = new PEReader(File.OpenRead(path));
        var metadata = executable.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))];
    }
}
