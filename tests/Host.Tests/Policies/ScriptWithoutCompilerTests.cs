using System.Reflection;
using System.Runtime.Loader;
using ClaudeProxy.Policies;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClaudeProxy.Tests.Policies;

/// <summary>A restart with a kept script must not pay for loading the compiler.</summary>
public sealed class ScriptWithoutCompilerTests : IDisposable
{
    private readonly ScriptFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Compile_KeptScript_DoesNotLoadTheCompiler()
    {
        var path = _folder.Write("return Status == 500 ? NextAccount() : Respond();");

        var first = DecideInAnotherHost(path);
        var second = DecideInAnotherHost(path);

        Assert.Equal(("NextAccount", true), first);
        Assert.Equal(("NextAccount", false), second);
    }

    // A host of its own in a context of its own, so that what it loads can be told from what this process loaded before.
    private (string Action, bool CompilerLoaded) DecideInAnotherHost(string path)
    {
        var context = new HostCopy();
        var host = context.LoadFromAssemblyName(typeof(ScriptCompiler).Assembly.GetName());
        var contract = context.LoadFromAssemblyName(new AssemblyName("ClaudeProxy.Abstractions"));
        var outcomeType = contract.GetType("ClaudeProxy.Abstractions.AttemptOutcome", throwOnError: true)!;
        var decisionType = contract.GetType("ClaudeProxy.Abstractions.FailoverDecision", throwOnError: true)!;
        var compilerType = host.GetType(typeof(ScriptCompiler).FullName!, throwOnError: true)!;

        var compiler = Activator.CreateInstance(compilerType, _folder.Cache, NullLogger.Instance);
        var script = compilerType.GetMethod("Compile")!.MakeGenericMethod(outcomeType, decisionType).Invoke(compiler, [path])!;
        var outcome = Activator.CreateInstance(outcomeType)!;
        outcomeType.GetProperty("Status")!.SetValue(outcome, 500);
        var decision = script.GetType().GetMethod("Invoke")!.Invoke(script, [outcome])!;

        var action = decisionType.GetProperty("Action")!.GetValue(decision)!.ToString()!;
        return (action, context.Assemblies.Any(assembly => assembly.GetName().Name!.Contains("CodeAnalysis", StringComparison.Ordinal)));
    }

    private sealed class HostCopy() : AssemblyLoadContext("Another host")
    {
        protected override Assembly? Load(AssemblyName assemblyName)
        {
            var own = assemblyName.Name is "claude-proxy" or "ClaudeProxy.Abstractions"
                || assemblyName.Name!.StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal);
            return own ? LoadFromAssemblyPath(Path.Combine(AppContext.BaseDirectory, assemblyName.Name + ".dll")) : null;
        }
    }
}
