using System.CommandLine;

namespace ClaudeProxy.Cli;

/// <summary>The command <c>accounts</c>: changes of single accounts by hand.</summary>
internal static class AccountsCommand
{
    /// <summary><c>accounts reset|disable|enable ID</c>.</summary>
    public static Command Create(IReadOnlyDictionary<string, string> environment, string? stateDirectory) =>
        new("accounts", "Change an account of the running proxy by hand")
        {
            Change("reset", "Forget what was held against an account: its rests end, and it is used again", environment, stateDirectory),
            Change("disable", "Give an account no further request until it is enabled, or the proxy starts anew", environment, stateDirectory),
            Change("enable", "Use a disabled account again", environment, stateDirectory),
        };

    private static Command Change(string change, string description, IReadOnlyDictionary<string, string> environment, string? stateDirectory)
    {
        var id = new Argument<string>("ID") { Description = "The account's id, as /status and the log call it" };
        var command = new Command(change, description) { id };
        return command.Asking(new RunningProxyOptions(environment, stateDirectory), async (client, console, parsed, cancellationToken) =>
        {
            var account = await client.ChangeAsync(parsed.GetValue(id)!, change, cancellationToken);
            console.Profile.Out.Writer.WriteLine($"{account.GetProperty("id").GetString()} is {account.GetProperty("state").GetString()?.Replace('_', ' ')}.");
            return ExitCode.Success;
        });
    }
}
