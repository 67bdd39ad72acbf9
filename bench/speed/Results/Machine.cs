using System.Diagnostics;
using System.Globalization;

namespace ClaudeProxy.Speed.Results;

/// <summary>Reads what the machine is, and which versions are on it.</summary>
internal static class Machine
{
    /// <summary>The facts of a run that begins now.</summary>
    public static RunFacts Describe(SpeedOptions options, TimeProvider timeProvider)
    {
        var cpu = ValueOf("/proc/cpuinfo", "model name", ':');
        var memory = long.Parse(ValueOf("/proc/meminfo", "MemTotal", ':').Split(' ')[0], CultureInfo.InvariantCulture) / 1024.0 / 1024.0;
        var kernel = File.ReadAllText("/proc/sys/kernel/osrelease").Trim();
        var system = ValueOf("/etc/os-release", "PRETTY_NAME", '=').Trim('"');
        var machine = string.Create(
            CultureInfo.InvariantCulture, $"{cpu}, {Environment.ProcessorCount} cores, {memory:0} GB of memory, {system}, Linux {kernel}");
        string[] versions =
        [
            FirstLine("nginx", "-v"),
            FirstLine("haproxy", "-v"),
            $"Caddy {FirstLine("caddy", "version")}",
            $".NET {Environment.Version}",
            FirstLine(options.ClaudeProxy, "--version"),
        ];
        return new RunFacts(timeProvider.GetUtcNow(), options.Command, machine, versions);
    }

    /// <summary>What to say of a machine that has other work, or <see langword="null"/>.</summary>
    public static string? Complaint()
    {
        var load = File.ReadAllText("/proc/loadavg").Split(' ')[0];
        return double.Parse(load, CultureInfo.InvariantCulture) < 1 ? null
            : $"The load average is {load}: this machine has other work, or had a moment ago. Figures of one column can be compared with those of another only roughly.";
    }

    private static string ValueOf(string file, string name, char separator)
    {
        var line = File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
        return line is null ? "unknown" : line[(line.IndexOf(separator) + 1)..].Trim();
    }

    private static string FirstLine(string program, string argument)
    {
        var start = new ProcessStartInfo(program, [argument]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var said = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
        return said.Split('\n')[0].Split(" - ")[0].Trim();
    }
}
