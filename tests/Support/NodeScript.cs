using System.Diagnostics;
using System.Text.Json;

namespace ClaudeProxy.Tests.Support;

/// <summary>Runs the npm clients of <c>tests/SdkClients</c>.</summary>
public static class NodeScript
{
    private static readonly string s_folder = Path.Combine(Repository.Root, "tests", "SdkClients");

    /// <summary>Runs <paramref name="script"/> and reads the one line of JSON that it prints.</summary>
    public static async Task<JsonElement> RunAsync(string script, params string[] arguments)
    {
        if (!Directory.Exists(Path.Combine(s_folder, "node_modules", "@anthropic-ai")))
        {
            throw new InvalidOperationException("tests/SdkClients has no node_modules: run ./test.sh, or npm install there.");
        }

        var start = new ProcessStartInfo("node", [script, .. arguments])
        {
            WorkingDirectory = s_folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().InTime($"node {script}");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }

        return process.ExitCode == 0
            ? JsonElement.Parse(await output)
            : throw new InvalidOperationException($"node {script} ended with {process.ExitCode}: {await errors}");
    }
}
