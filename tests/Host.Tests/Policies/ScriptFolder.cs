using System.Diagnostics;
using ClaudeProxy.Abstractions;
using ClaudeProxy.Policies;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClaudeProxy.Tests.Policies;

/// <summary>A folder of scripts, and a cache beside it, that goes away with the test.</summary>
internal sealed class ScriptFolder : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("claude-proxy-scripts-");

    public string Cache => Path.Combine(_root.FullName, "cache");

    public string Write(string text, string name = "x.csx")
    {
        var path = Path.Combine(_root.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    public CompiledScript<AttemptOutcome, FailoverDecision> Compile(string text, string? cache = null, ILogger? logger = null) =>
        new ScriptCompiler(cache, logger ?? NullLogger.Instance).Compile<AttemptOutcome, FailoverDecision>(Write(text));

    public ScriptedFailoverPolicy Policy(string text) => new(Compile(text));

    /// <summary>A directory that belongs to somebody else; only root can make one.</summary>
    public string GiveAway()
    {
        var path = Directory.CreateDirectory(Path.Combine(_root.FullName, "foreign")).FullName;
        using var chown = Process.Start("chown", ["nobody", path]);
        chown.WaitForExit();
        return path;
    }

    public void Dispose() => _root.Delete(recursive: true);
}
