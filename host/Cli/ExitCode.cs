namespace ClaudeProxy.Cli;

/// <summary>What the program returns to the shell.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Success = 0;

    /// <summary>The command line, the configuration, a plugin or a policy is wrong; what is printed says how to mend it.</summary>
    public const int Mistake = 2;
}
