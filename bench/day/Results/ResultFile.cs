using System.Globalization;

namespace ClaudeProxy.Day.Results;

/// <summary>Keeps the tables with what it takes to repeat them.</summary>
internal static class ResultFile
{
    /// <summary>Writes the file anew.</summary>
    public static Task WriteAsync(string path, DayOptions options, string tables) => File.WriteAllTextAsync(path, string.Create(
        CultureInfo.InvariantCulture,
        $"""
        # Results of the simulated day

        ```
        bench/day/run.sh --developers {options.Developers} --hours {options.Hours} --seed {options.Seed}
        ```

        The same seed gives the same day, and the same numbers, on every machine. What happens in it, and what each row means: [README.md](README.md).

        {tables}

        """));
}
