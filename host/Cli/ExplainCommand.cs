using System.CommandLine;
using System.Text.Json;
using ClaudeProxy.Explain;
using Spectre.Console;

namespace ClaudeProxy.Cli;

/// <summary>The command <c>explain</c>: why requests went where they went.</summary>
internal static class ExplainCommand
{
    /// <summary><c>explain REQUEST-ID</c>, <c>explain --last N</c>.</summary>
    public static Command Create(IReadOnlyDictionary<string, string> environment, string? stateDirectory)
    {
        var id = new Argument<string?>("REQUEST-ID")
        {
            Description = "The id in x-claude-proxy-request-id and in the log; unless given, the last requests are listed",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var last = new Option<int>("--last") { HelpName = "N", Description = "How many of the last requests to list", DefaultValueFactory = _ => 20 };
        var notable = new Option<bool>("--notable") { Description = "Only those that failed over, waited or were refused; they are remembered for longer" };
        var json = new Option<bool>("--json") { Description = "Everything that is known, as JSON" };
        var command = new Command("explain", "Tell why the running proxy picked the accounts it picked") { id, last, notable, json };
        return command.Asking(new RunningProxyOptions(environment, stateDirectory), async (client, console, parsed, cancellationToken) =>
        {
            var isJson = parsed.GetValue(json);
            if (parsed.GetValue(id) is { } requestId)
            {
                var report = await client.FindAsync(requestId, cancellationToken);
                Show(console, report, isJson, DecisionView.Of);
            }
            else
            {
                var reports = await client.LastAsync(parsed.GetValue(last), parsed.GetValue(notable), cancellationToken);
                Show(console, reports, isJson, DecisionListView.Of);
            }

            return ExitCode.Success;
        });
    }

    private static void Show<T>(IAnsiConsole console, T value, bool isJson, Func<T, bool, Spectre.Console.Rendering.IRenderable> view)
    {
        if (isJson)
        {
            console.Profile.Out.Writer.WriteLine(JsonSerializer.Serialize(value, DecisionJson.Options));
        }
        else
        {
            console.Write(view(value, console.Profile.Out.IsTerminal));
        }
    }
}
