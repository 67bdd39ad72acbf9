using System.Text.Json;

namespace ClaudeProxy.Speed.Results;

/// <summary>A run's raw results. A file has a line for each run, and after it one for each measurement that no later run has made again.</summary>
/// <param name="Facts">The run.</param>
/// <param name="Lines">The measurements.</param>
internal sealed record ResultLines(RunFacts Facts, IReadOnlyList<ResultLine> Lines)
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Adds the run to the file. The runs before it lose the cases that it measured anew.</summary>
    public void AddTo(string path)
    {
        var anew = Lines.Select(line => line.Letter).ToHashSet();
        var kept = ReadAll(path)
            .Select(run => run with { Lines = [.. run.Lines.Where(line => !anew.Contains(line.Letter))] })
            .Where(run => run.Lines.Count > 0);
        var text = kept.Append(this)
            .SelectMany(run => run.Lines.Select(line => JsonSerializer.Serialize(line, s_json)).Prepend(JsonSerializer.Serialize(run.Facts, s_json)))
            .ToArray();
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllLines(path, text);
    }

    /// <summary>The runs of the file, in their order; none if there is no file.</summary>
    public static IReadOnlyList<ResultLines> ReadAll(string path)
    {
        var runs = new List<(RunFacts Facts, List<ResultLine> Lines)>();
        foreach (var line in File.Exists(path) ? File.ReadAllLines(path) : [])
        {
            if (line.StartsWith("""{"date":""", StringComparison.Ordinal))
            {
                runs.Add((JsonSerializer.Deserialize<RunFacts>(line, s_json)!, []));
            }
            else
            {
                runs[^1].Lines.Add(JsonSerializer.Deserialize<ResultLine>(line, s_json)!);
            }
        }

        return [.. runs.Select(run => new ResultLines(run.Facts, run.Lines))];
    }
}
