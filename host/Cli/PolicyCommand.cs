using System.CommandLine;
using ClaudeProxy.Policies;
using Microsoft.Extensions.Logging.Abstractions;
using Spectre.Console;

namespace ClaudeProxy.Cli;

/// <summary>The command <c>policy</c> and what belongs to it.</summary>
internal static class PolicyCommand
{
    /// <summary><c>policy test FILE</c>, with options that make one case of their own instead of the table.</summary>
    public static Command Create() => Create(ScriptCache.DefaultDirectory);

    /// <summary>The same, keeping compiled scripts in <paramref name="cacheDirectory"/>.</summary>
    public static Command Create(string? cacheDirectory)
    {
        var file = new Argument<string>("FILE") { Description = "The policy's .csx file, built_in, or middleware." };
        var options = new PolicyTestOptions();
        var test = new Command("test", "Prints what a policy decides, for a table of outcomes or for one of your own.") { file };
        foreach (var option in options.All)
        {
            test.Add(option);
        }

        test.Validators.Add(options.Check);
        test.SetAction((parsed, cancellationToken) =>
        {
            var output = parsed.InvocationConfiguration;
            var command = new PolicyTestCommand(
                ConsoleOn(output.Output),
                output.Error,
                new ScriptCompiler(cacheDirectory, NullLogger.Instance),
                TimeProvider.System);
            return command.RunAsync(
                parsed.GetValue(file)!,
                options.OutcomeOf(parsed) is { } outcome ? [outcome] : PolicyTestTable.Outcomes,
                cancellationToken);
        });
        return new Command("policy", "Works on failover policies.") { test };
    }

    // Colours are for people: in a file or a pipe they would be noise.
    private static IAnsiConsole ConsoleOn(TextWriter writer)
    {
        var output = new AnsiConsoleOutput(writer);
        return AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = output,
            Ansi = output.IsTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = output.IsTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
        });
    }
}
