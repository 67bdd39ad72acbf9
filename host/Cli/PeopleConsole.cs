using Spectre.Console;

namespace ClaudeProxy.Cli;

/// <summary>The console on which commands show things to people.</summary>
internal static class PeopleConsole
{
    /// <summary>A console that writes to <paramref name="writer"/>. Colours are for people: in a file or a pipe they would be noise.</summary>
    public static IAnsiConsole On(TextWriter writer)
    {
        var output = new AnsiConsoleOutput(writer);
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = output,
            Ansi = output.IsTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = output.IsTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
        });
        console.Profile.Width = output.IsTerminal ? console.Profile.Width : short.MaxValue;
        return console;
    }
}
