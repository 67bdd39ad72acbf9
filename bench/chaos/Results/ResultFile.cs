using System.Globalization;
using System.Runtime.InteropServices;

namespace ClaudeProxy.Chaos.Results;

/// <summary>Keeps a table with what it takes to repeat it.</summary>
internal static class ResultFile
{
    /// <summary>Writes the file anew.</summary>
    public static Task WriteAsync(string path, ChaosOptions options, string table) => File.WriteAllTextAsync(path, string.Create(
        CultureInfo.InvariantCulture,
        $"""
        # Results of the chaos run

        ```
        bench/chaos/run.sh --requests {options.Requests} --clients {options.Clients} --seconds {options.Limit.TotalSeconds:0} --attempts {options.Attempts} --seed {options.Seed}
        ```

        {ChaosOptions.Upstreams} upstreams with {ChaosOptions.AccountsOfEach} accounts each; every {options.Round.TotalSeconds:0} seconds faults strike up to {ChaosOptions.Upstreams - 1} of them for some seconds.
        The same seed strikes each proxy with the same faults at the same moments. Upstreams, clients and proxy ran on one machine with {Environment.ProcessorCount} cores
        ({RuntimeInformation.ProcessArchitecture}, {RuntimeInformation.RuntimeIdentifier}), which had other work too: compare the columns, not the seconds with those of another day.
        What each row means, and how the proxies are configured: [README.md](README.md).

        {table}

        """));
}
