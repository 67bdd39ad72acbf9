using System.Diagnostics;
using System.Globalization;
using ClaudeProxy.Speed.Candidates;

namespace ClaudeProxy.Speed.Measuring;

/// <summary>Measures, by a native program that starts the candidate itself, the time from there to the first answer.</summary>
internal static class FirstAnswer
{
    /// <summary>Starts a candidate, and ends it again.</summary>
    /// <param name="program">The native program.</param>
    /// <param name="launch">How the candidate is started.</param>
    /// <param name="folder">The candidate's folder.</param>
    /// <param name="port">Where it will listen.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<TimeSpan> MeasureAsync(string program, Launch launch, string folder, int port, CancellationToken cancellationToken)
    {
        var (core, loadCore) = (Text(Workbench.CandidateCore), Text(Workbench.LoadCore));
        var log = Path.Combine(folder, "output.log");
        string[] arguments = ["-c", loadCore, program, core, Text(port), log, launch.Program, .. launch.Arguments];
        var start = new ProcessStartInfo("taskset", arguments) { RedirectStandardOutput = true, WorkingDirectory = folder };
        foreach (var (name, value) in launch.Environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var milliseconds = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        return milliseconds.Length > 0
            ? TimeSpan.FromMilliseconds(double.Parse(milliseconds, CultureInfo.InvariantCulture))
            : throw new InvalidOperationException($"{launch.Program} does not answer: {await File.ReadAllTextAsync(log, cancellationToken)}");
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
