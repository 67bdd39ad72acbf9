using System.CommandLine;
using System.CommandLine.Parsing;
using ClaudeProxy.Configuration.Settings;

namespace ClaudeProxy.Cli;

/// <summary>Says what is wrong with a command line.</summary>
internal static class UsageMistake
{
    /// <summary>The first mistake and its remedy.</summary>
    public static string Describe(ParseResult result)
    {
        var command = result.CommandResult.Command;
        var known = command.Subcommands.Select(each => each.Name).Concat(command.Options.Select(each => each.Name));
        var meant = result.UnmatchedTokens is [var unmatched, ..] ? Suggestion.Nearest(unmatched, known) : null;
        var remedy = meant is null ? $"Run '{NameOf(result.CommandResult)} --help' to see what there is." : $"Did you mean {meant}?";
        return $"{result.Errors[0].Message.TrimEnd('.')}. {remedy}";
    }

    private static string NameOf(CommandResult result) =>
        result.Parent is CommandResult parent ? $"{NameOf(parent)} {result.Command.Name}" : CommandLine.ProgramName;
}
