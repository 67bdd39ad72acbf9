using System.Globalization;

namespace ClaudeProxy.Speed.Measuring;

/// <summary>What a process and its children have used, as the kernel counts it.</summary>
internal sealed class ProcessTree(int root)
{
    private const int TicksPerSecond = 100; // USER_HZ, the same on every Linux

    /// <summary>User and system time, of all together.</summary>
    public TimeSpan CpuTime => TimeSpan.FromSeconds(Members().Sum(member => member.CpuTicks) / (double)TicksPerSecond);

    /// <summary>Memory of its own and its part of what is shared, in bytes.</summary>
    public long Memory => Members().Sum(member => Field(member.Id, "smaps_rollup", "Pss:"));

    /// <summary>Memory that is present, in bytes.</summary>
    public long Resident => Members().Sum(member => Field(member.Id, "status", "VmRSS:"));

    /// <summary>The most that was present since <see cref="ForgetPeak"/>, in bytes.</summary>
    public long PeakResident => Members().Sum(member => Field(member.Id, "status", "VmHWM:"));

    /// <summary>Begins anew to look for the peak.</summary>
    public void ForgetPeak()
    {
        foreach (var (id, _) in Members())
        {
            File.WriteAllText($"/proc/{id}/clear_refs", "5");
        }
    }

    private List<(int Id, long CpuTicks)> Members()
    {
        var all = Directory.EnumerateDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0)
            .Select(Read)
            .OfType<(int Id, int Parent, long CpuTicks)>()
            .ToList();
        List<(int Id, long CpuTicks)> members = [.. all.Where(process => process.Id == root).Select(process => (process.Id, process.CpuTicks))];
        for (var i = 0; i < members.Count; i++)
        {
            var parent = members[i].Id;
            members.AddRange(all.Where(process => process.Parent == parent).Select(process => (process.Id, process.CpuTicks)));
        }

        return members;
    }

    private static (int Id, int Parent, long CpuTicks)? Read(int id)
    {
        try
        {
            // The name, in parentheses, may have blanks.
            var stat = File.ReadAllText($"/proc/{id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return (id, Number(fields[1]), Number(fields[11]) + Number(fields[12]));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null; // it has ended meanwhile
        }
    }

    private static long Field(int id, string file, string name)
    {
        var line = File.ReadLines($"/proc/{id}/{file}").FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
        return line is null ? 0 : Number(line[name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim()) * 1024L;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
