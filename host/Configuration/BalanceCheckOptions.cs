namespace ClaudeProxy.Configuration;

/// <summary>A command that prints the balance of one server's account.</summary>
internal sealed record BalanceCheckOptions
{
    /// <summary>The program and its arguments; for a command given as one text, the shell and that text.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Time between two checks. 1 second to 24 hours; 300 seconds unless set.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>The account is not used while its balance is at or below this number; 0 unless set.</summary>
    public decimal Threshold { get; init; }

    /// <summary>Time after which the command is ended and counts as failed. 1 second to 5 minutes; 30 seconds unless set.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);
}
