using System.Text.Json;

namespace ClaudeProxy.Administration;

/// <summary>Writes what the program takes of its machine.</summary>
internal static class ProcessReport
{
    /// <summary>Writes the section <c>process</c> of <c>/status</c>.</summary>
    public static void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("process");
        json.WriteNumber("cores", Environment.ProcessorCount);
        json.WriteNumber("cpu_seconds", Math.Round(Environment.CpuUsage.TotalTime.TotalSeconds, 2));
        json.WriteNumber("memory", Environment.WorkingSet);
        json.WriteNumber("allocated", GC.GetTotalAllocatedBytes(precise: true));
        json.WriteNumber("collections", GC.CollectionCount(0));
        json.WriteNumber("threads", ThreadPool.ThreadCount);
        json.WriteEndObject();
    }
}
