using System.CommandLine;
using ClaudeProxy.Explain;
using ClaudeProxy.Policies;
using Microsoft.Extensions.Logging.Abstractions;
using Spectre.Console;

namespace ClaudeProxy.Cli;

/// <summary>The command <c>policy replay</c>: where a policy would have decided differently from what happened.</summary>
internal static class PolicyReplayCommand
{
    /// <summary><c>policy replay FILE</c>.</summary>
    public static Command Create(IReadOnlyDictionary<string, string> environment, string? stateDirectory, string? cacheDirectory)
    {
        var file = new Argument<string>("FILE") { Description = "The policy's .csx file, built_in, or middleware." };
        var command = new Command("replay", "Shows where a policy would decide differently from what the running proxy did.") { file };
        return command.Asking(new RunningProxyOptions(environment, stateDirectory), async (client, console, parsed, cancellationToken) =>
        {
            try
            {
                using var policy = PolicyTrial.Of(parsed.GetValue(file)!, new ScriptCompiler(cacheDirectory, NullLogger.Instance), TimeProvider.System);
                var reports = await client.LastAsync(DecisionLog.Capacity, onlyNotable: true, cancellationToken);
                var decided = await PolicyReplay.RunAsync(policy, reports, cancellationToken);
                Show(console, decided, reports.Count);
                return decided.Any(each => each.Verdict != PolicyTrial.Verdict.Decided) ? ExitCode.Mistake : ExitCode.Success;
            }
            catch (ScriptException exception)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync(exception.Message);
                return ExitCode.Mistake;
            }
        });
    }

    private static void Show(IAnsiConsole console, IReadOnlyList<PolicyReplay.Decided> decided, int requests)
    {
        var different = decided.Where(each => each.Differs).ToList();
        if (different.Count > 0)
        {
            var table = new Table().Border(console.Profile.Out.IsTerminal ? TableBorder.Rounded : TableBorder.None);
            table.AddColumns("Request", "Outcome", "Was decided", "Would be decided");
            foreach (var each in different)
            {
                table.AddRow(
                    new Text(each.RequestId),
                    new Text($"{each.Attempt.Account}: {AttemptOutcomeText.Write(each.Attempt.Outcome)}"),
                    new Text(each.Attempt.Decision),
                    new Text(each.Decision, each.Verdict == PolicyTrial.Verdict.Decided ? Style.Plain : new Style(Color.Red)));
            }

            console.Write(table);
        }

        console.Profile.Out.Writer.WriteLine($"{decided.Count} failed attempts of {requests} requests: {different.Count} would be decided differently.");
    }
}
