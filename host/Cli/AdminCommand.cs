using System.CommandLine;
using ClaudeProxy.Administration;
using Spectre.Console;

namespace ClaudeProxy.Cli;

/// <summary>Makes commands that ask a running proxy.</summary>
internal static class AdminCommand
{
    /// <summary>Lets <paramref name="command"/> run <paramref name="action"/> with a client of the proxy that the command line names. What a
    /// person can mend is told in a sentence.</summary>
    public static Command Asking(
        this Command command, RunningProxyOptions proxy, Func<AdminClient, IAnsiConsole, ParseResult, CancellationToken, Task<int>> action)
    {
        proxy.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var streams = parsed.InvocationConfiguration;
            try
            {
                using var client = proxy.ClientOf(parsed);
                return await action(client, PeopleConsole.On(streams.Output), parsed, cancellationToken);
            }
            catch (AdminException exception)
            {
                await streams.Error.WriteLineAsync(exception.Message);
                return ExitCode.Mistake;
            }
        });
        return command;
    }
}
