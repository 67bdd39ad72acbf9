using ClaudeProxy.Configuration.Settings;

namespace ClaudeProxy.Configuration;

/// <summary>A command that prints the balance of one server's account.</summary>
internal sealed record BalanceCheckOptions
{
    // The shell has its own ${NAME}: it reads the same environment, and does not run what stands in a variable.
    private static readonly SettingRule<string> s_shellCommand = SettingRules.Text with
    {
        Description = "a command for the shell, or a list of a program and its arguments", TakesVariables = false,
    };

    /// <summary>The program and its arguments; for a command given as one text, the shell and that text.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Time between two checks. 1 second to 24 hours; 300 seconds unless set.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>The account is not used while its balance is at or below this number; 0 unless set.</summary>
    public decimal Threshold { get; init; }

    /// <summary>Time after which the command is ended and counts as failed. 1 second to 5 minutes; 30 seconds unless set.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Reads the <c>balance_check…</c> keys of a server; <see langword="null"/> if it has no check.</summary>
    public static BalanceCheckOptions? Read(SettingsSection server)
    {
        var unset = new BalanceCheckOptions { Command = ReadCommand(server) };
        var second = TimeSpan.FromSeconds(1);
        var options = new BalanceCheckOptions
        {
            Command = unset.Command,
            Interval = server.Read(
                "balance_check_interval", unset.Interval, SettingRules.Duration(second, TimeSpan.FromHours(24)).OrZero(unset.Interval)),
            Threshold = server.Read("balance_check_threshold", unset.Threshold, SettingRules.Number),
            Timeout = server.Read("balance_check_timeout", unset.Timeout, SettingRules.Duration(second, TimeSpan.FromMinutes(5))),
        };
        return options.Command.Count > 0 ? options : null;
    }

    private static IReadOnlyList<string> ReadCommand(SettingsSection server)
    {
        if (!server.IsList("balance_check"))
        {
            return server.TryRead("balance_check", s_shellCommand, out var text) ? ["/bin/sh", "-c", text] : [];
        }

        var command = server.ReadList("balance_check", SettingRules.Text);
        if (command is [] or ["", ..] && !server.Context.IsFaulty(server.PathOf("balance_check")))
        {
            server.Reject("balance_check", "begins with no program; name one, or give the command as one text");
        }

        return command;
    }
}
