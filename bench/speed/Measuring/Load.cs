using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace ClaudeProxy.Speed.Measuring;

/// <summary>A load, as the native generator makes it.</summary>
internal sealed record Load
{
    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>What the upstream shall answer.</summary>
    public string Answer { get; init; } = "small";

    /// <summary>Bytes of each request's body.</summary>
    public int Body { get; init; } = 2048;

    /// <summary>Connections, each with one request at a time.</summary>
    public int Connections { get; init; } = 1;

    /// <summary>New requests are begun for so long; or <see cref="Each"/>.</summary>
    public TimeSpan Time { get; init; }

    /// <summary>Requests of each connection; or <see cref="Time"/>.</summary>
    public int Each { get; init; }

    /// <summary>The connections begin within so long.</summary>
    public TimeSpan Spread { get; init; }

    /// <summary>Streams are kept for so long once all have begun.</summary>
    public TimeSpan Hold { get; init; }

    /// <summary>Runs it against a port.</summary>
    /// <param name="program">The generator.</param>
    /// <param name="core">The core it runs on.</param>
    /// <param name="port">Whom to ask.</param>
    /// <param name="whenReady">Called when every stream has begun, if they are held.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<LoadResult> RunAsync(string program, int core, int port, Func<Task>? whenReady, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("taskset") { RedirectStandardOutput = true };
        foreach (var argument in Arguments(program, core, port))
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        try
        {
            while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
            {
                if (line != "ready")
                {
                    return JsonSerializer.Deserialize<LoadResult>(line, s_json)!;
                }

                await (whenReady?.Invoke() ?? Task.CompletedTask);
            }

            throw new InvalidOperationException("The load generator ended without a result.");
        }
        finally
        {
            process.Kill();
        }
    }

    private string[] Arguments(string program, int core, int port)
    {
        var limit = Time + (Spread * 2) + Hold + TimeSpan.FromSeconds(30);
        return
        [
            "-c", Text(core), program, "--port", Text(port), "--answer", Answer, "--body", Text(Body), "--connections", Text(Connections),
            "--seconds", Text(Time.TotalSeconds), "--each", Text(Each), "--spread-ms", Text(Spread.TotalMilliseconds),
            "--hold-ms", Text(Hold.TotalMilliseconds), "--limit", Text(limit.TotalSeconds),
        ];
    }

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
