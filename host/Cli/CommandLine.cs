using System.CommandLine;
using System.CommandLine.Help;
using ClaudeProxy.Configuration;

namespace ClaudeProxy.Cli;

/// <summary>The command line: which commands and options there are, and what a wrong one is told.</summary>
internal static class CommandLine
{
    /// <summary>The program's name.</summary>
    public const string ProgramName = "claude-proxy";

    /// <summary>Builds the commands; more may be added to the result.</summary>
    public static RootCommand Create(ICommandActions actions, IReadOnlyDictionary<string, string> environment)
    {
        var options = new SourceOptions();

        var root = new RootCommand(
            "Stands between Claude clients and several upstream accounts; balances, and fails over without the client noticing.")
        {
            options.Config, options.Host, options.Port, options.LogLevel,
        };
        root.SetAction((result, cancellationToken) => actions.RunAsync(options.FileOf(result, environment), cancellationToken));

        var demo = new Command("demo", "Run with three simulated accounts; needs no configuration, no key and no network")
        {
            options.Host, options.Port, options.LogLevel,
        };
        demo.SetAction((result, cancellationToken) => actions.DemoAsync(options.DemoOf(result, environment), cancellationToken));
        root.Add(demo);

        var check = new Command("check", "Load configuration, plugins and policies, print every fault, and end with 0 or 2")
        {
            options.Config,
        };
        check.SetAction((result, cancellationToken) => actions.CheckAsync(options.FileOf(result, environment), cancellationToken));
        root.Add(check);

        root.Options.OfType<VersionOption>().Single().Action = new VersionAction();
        root.Options.OfType<HelpOption>().Single().Action = new HelpWithExamples();
        return root;
    }

    /// <summary>Parses <paramref name="arguments"/> and runs the command they name. What a person can mend is told on
    /// <paramref name="error"/>, a sentence each, with <see cref="ExitCode.Mistake"/>.</summary>
    public static async Task<int> RunAsync(
        RootCommand root, IReadOnlyList<string> arguments, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        // An argument that begins with @ is an argument: nobody expects a file to be read for it.
        var result = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (result.Errors.Count > 0)
        {
            await error.WriteLineAsync(UsageMistake.Describe(result));
            return ExitCode.Mistake;
        }

        // Signals are the host's: it drains, which takes longer than the library's own limit.
        var invocation = new InvocationConfiguration
        {
            Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null,
        };
        try
        {
            return await result.InvokeAsync(invocation, cancellationToken);
        }
        catch (ConfigurationException exception)
        {
            foreach (var fault in exception.Faults)
            {
                await error.WriteLineAsync(fault);
            }

            return ExitCode.Mistake;
        }
    }
}
