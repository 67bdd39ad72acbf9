using System.Diagnostics;
using System.Text.RegularExpressions;

namespace ClaudeProxy.Tests.Support;

/// <summary>The program as its user starts it: a process of its own, with an environment of its own.</summary>
public sealed partial class ProxyProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly List<string> _lines = [];
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ProxyProcess(Process process)
    {
        _process = process;
        _process.OutputDataReceived += (_, output) => Take(output.Data);
        _process.ErrorDataReceived += (_, output) => Take(output.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>All that it has printed so far.</summary>
    public string Output
    {
        get
        {
            lock (_lines)
            {
                return string.Join('\n', _lines);
            }
        }
    }

    /// <summary>Starts it with <paramref name="environment"/> beside the test's own, on a free port, and waits until it listens.</summary>
    public static async Task<ProxyProcess> StartAsync(params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "claude-proxy.dll")])
        {
            WorkingDirectory = AppContext.BaseDirectory, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["PORT"] = "0";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var proxy = new ProxyProcess(Process.Start(start)!);
        try
        {
            proxy.Address = await proxy._address.Task.InTime("the program listens");
            return proxy;
        }
        catch (TimeoutException)
        {
            await proxy.DisposeAsync();
            throw new InvalidOperationException($"claude-proxy does not listen; it printed:\n{proxy.Output}");
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync().InTime();
        _process.Dispose();
    }

    private void Take(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_lines)
        {
            _lines.Add(line);
        }

        if (Listening().Match(line) is { Success: true } match)
        {
            _address.TrySetResult(new Uri(match.Value));
        }
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex Listening();
}
