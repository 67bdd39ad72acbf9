using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace ClaudeProxy.Cli;

/// <summary>The library's help, and for the program itself what to type first.</summary>
internal sealed class HelpWithExamples : SynchronousCommandLineAction
{
    private const string Examples =
        """
        Examples:
          claude-proxy demo                     Try it now, without a key
          claude-proxy check -c config.json     See whether a configuration is sound
          claude-proxy -c config.json           Run it
          claude-proxy explain --last 5         See where its last requests went, and why

        Environment:
          CONFIG_FILE  HOST  PORT  ALLOW_ANONYMOUS  AUTH_KEYS
          Without a file, TARGET_URL or REDIS_HOST start it in front of a relay.
          An option goes before a variable, a variable before the file.
        """;

    private readonly HelpAction _help = new();

    /// <inheritdoc />
    public override int Invoke(ParseResult parseResult)
    {
        var exitCode = _help.Invoke(parseResult);
        if (parseResult.CommandResult.Command is RootCommand)
        {
            parseResult.InvocationConfiguration.Output.WriteLine(Examples);
        }

        return exitCode;
    }
}
