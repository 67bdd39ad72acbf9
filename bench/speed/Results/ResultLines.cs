using System.Text.Json;

namespace ClaudeProxy.Speed.Results;

/// <summary>A run's raw results: a file with a line for the run, and one for each measurement.</summary>
/// <param name="Facts">The run.</param>
/// <param name="Lines">The measurements.</param>
internal sealed record ResultLines(RunFacts Facts, IReadOnlyList<ResultLine> Lines)
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes the file.</summary>
    public void Write(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllLines(path, Lines.Select(line => JsonSerializer.Serialize(line, s_json)).Prepend(JsonSerializer.Serialize(Facts, s_json)));
    }

    /// <summary>Reads the file; <see langword="null"/> if there is none.</summary>
    public static ResultLines? Read(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        var lines = File.ReadAllLines(path);
        return new ResultLines(
            JsonSerializer.Deserialize<RunFacts>(lines[0], s_json)!,
            [.. lines.Skip(1).Select(line => JsonSerializer.Deserialize<ResultLine>(line, s_json)!)]);
    }
}
