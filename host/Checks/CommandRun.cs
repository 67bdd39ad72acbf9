using System.ComponentModel;
using System.Diagnostics;

namespace ClaudeProxy.Checks;

/// <summary>One run of a command of the operator.</summary>
/// <param name="Output">The beginning of what it printed.</param>
/// <param name="Failure">Why there is no output to rely on, as the end of a sentence; <see langword="null"/> if it ended well. Never what it printed.</param>
internal sealed record CommandRun(string Output, string? Failure)
{
    /// <summary>More than a number takes; the rest is read and dropped.</summary>
    private const int MostKept = 4096;

    /// <summary>Runs <paramref name="command"/> and whatever it starts, for at most <paramref name="limit"/>.</summary>
    public static async Task<CommandRun> RunAsync(IReadOnlyList<string> command, TimeSpan limit, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        using var process = new Process { StartInfo = StartInfo(command) };
        using var timeout = new CancellationTokenSource(limit, timeProvider);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            process.Start();
        }
        catch (Exception exception) when (exception is Win32Exception or InvalidOperationException)
        {
            return new CommandRun("", $"it could not be started: {exception.Message}");
        }

        try
        {
            process.StandardInput.Close();
            var errors = DrainAsync(process.StandardError, both.Token);
            var output = await DrainAsync(process.StandardOutput, both.Token).ConfigureAwait(false);
            await errors.ConfigureAwait(false);
            await process.WaitForExitAsync(both.Token).ConfigureAwait(false);
            return process.ExitCode == 0 ? new CommandRun(output, null) : new CommandRun("", $"it ended with exit code {process.ExitCode}");
        }
        catch (OperationCanceledException)
        {
            Kill(process);
            cancellationToken.ThrowIfCancellationRequested();
            return new CommandRun("", $"it did not end within {DurationText.Write(limit)}");
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception exception) when (exception is AggregateException or Win32Exception or InvalidOperationException)
        {
            // Part of the tree belongs to another user, or has just ended. What could be killed has been.
        }
    }

    private static ProcessStartInfo StartInfo(IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo(command[0])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        };
        foreach (var argument in command.Skip(1))
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }

    private static async Task<string> DrainAsync(StreamReader from, CancellationToken cancellationToken)
    {
        var kept = new char[MostKept];
        var count = 0;
        var dropped = new char[1024];
        while (true)
        {
            var target = count < MostKept ? kept.AsMemory(count) : dropped;
            var read = await from.ReadAsync(target, cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return new string(kept, 0, count);
            }

            count = Math.Min(count + read, MostKept);
        }
    }
}
