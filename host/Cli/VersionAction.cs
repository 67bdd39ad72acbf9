using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;

namespace ClaudeProxy.Cli;

/// <summary>Prints the program's name and version.</summary>
internal sealed class VersionAction : SynchronousCommandLineAction
{
    /// <inheritdoc />
    public override int Invoke(ParseResult parseResult)
    {
        var version = typeof(VersionAction).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        parseResult.InvocationConfiguration.Output.WriteLine($"{CommandLine.ProgramName} {version}");
        return ExitCode.Success;
    }
}
