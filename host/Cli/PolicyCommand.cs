using System.CommandLine;
using ClaudeProxy.Policies;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClaudeProxy.Cli;

/// <summary>The command <c>policy</c> and what belongs to it.</summary>
internal static class PolicyCommand
{
    /// <summary><c>policy test FILE</c>, with options that make one case of their own instead of the table; and <c>policy replay FILE</c>.</summary>
    public static Command Create(IReadOnlyDictionary<string, string> environment, string? stateDirectory, string? cacheDirectory) => new("policy", "Works on failover policies.")
    {
        Test(cacheDirectory),
        PolicyReplayCommand.Create(environment, stateDirectory, cacheDirectory),
    };

    private static Command Test(string? cacheDirectory)
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
                PeopleConsole.On(output.Output),
                output.Error,
                new ScriptCompiler(cacheDirectory, NullLogger.Instance),
                TimeProvider.System);
            return command.RunAsync(
                parsed.GetValue(file)!,
                options.OutcomeOf(parsed) is { } outcome ? [outcome] : PolicyTestTable.Outcomes,
                cancellationToken);
        });
        return test;
    }
}
