using System.Diagnostics;
using System.Globalization;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Day;

/// <summary>The simulated day of <c>bench/day</c>, small. It needs a process of its own: all of it happens on the one thread of its pool.</summary>
internal sealed class DayProcess
{
    private readonly string[][] _rows;

    private DayProcess(string output)
    {
        Output = output;
        _rows = [.. output.Split('\n').Where(line => line.StartsWith('|')).Select(line => line.Split('|', StringSplitOptions.TrimEntries)[1..^1])];
    }

    /// <summary>All that it has printed.</summary>
    public string Output { get; }

    /// <summary>Lets four developers work for an hour.</summary>
    /// <param name="balancers">The balancers, with commas between them.</param>
    public static async Task<DayProcess> RunAsync(string balancers)
    {
        using var process = Process.Start(new ProcessStartInfo(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "day.dll"), "--hours", "1", "--developers", "4", "--balancers", balancers])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().InTime();
        Assert.True(process.ExitCode == 0, await errors);
        return new DayProcess(await output);
    }

    /// <summary>The number in the row of that name, for a balancer or the <c>ideal</c>.</summary>
    public double this[string row, string balancer]
    {
        get
        {
            var column = Array.IndexOf(_rows[0], $"`{balancer}`");
            var cell = _rows.First(cells => cells[0].Trim('*') == row)[column];
            return double.Parse(cell.Trim('*', ' ', '%', '$', 'M'), NumberStyles.Number, CultureInfo.InvariantCulture);
        }
    }
}
