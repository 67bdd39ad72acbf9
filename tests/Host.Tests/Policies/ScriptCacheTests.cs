using System.Runtime.Versioning;
using ClaudeProxy.Abstractions;
using ClaudeProxy.Policies;
using ClaudeProxy.Tests.Extensions;

namespace ClaudeProxy.Tests.Policies;

[UnsupportedOSPlatform("windows")]
public sealed class ScriptCacheTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly ScriptFolder _folder = new();
    private readonly RecordingLogger _logger = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Compile_SameScriptAgain_IsLoadedAsCompiledBefore()
    {
        Compile("Respond()");
        using var script = Compile("Respond()");

        Assert.Equal(["ScriptCompiled", "ScriptLoaded"], _logger.EventNames);
        Assert.Equal(FailoverDecision.Respond(), script.Invoke(new AttemptOutcome()));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(_folder.Cache));
    }

    [Fact]
    public void Compile_ChangedScript_IsCompiledAgain()
    {
        Compile("Respond()");
        using var script = Compile("NextAccount()");

        Assert.Equal(["ScriptCompiled", "ScriptCompiled"], _logger.EventNames);
        Assert.Equal(FailoverDecision.NextAccount(), script.Invoke(new AttemptOutcome()));
    }

    [Fact]
    public void Of_AnyInputDiffers_IsAnotherKey()
    {
        var source = new ScriptSource("x.csx", "text", typeof(AttemptOutcome), typeof(FailoverDecision));
        ScriptSource[] sources =
        [
            source,
            source with { Path = "y.csx" },
            source with { Text = "other" },
            source with { ContextType = typeof(BalancingContext) },
            source with { ResultType = typeof(Candidate) },
        ];

        Assert.Equal(sources.Length, sources.Select(ScriptCacheKey.Of).Distinct().Count());
        Assert.Equal(ScriptCacheKey.Of(source), ScriptCacheKey.Of(source with { }));
    }

    [Fact]
    public void Compile_EntryCutShort_IsCompiledAgainAndMended()
    {
        Compile("Respond()");
        var entry = Directory.GetFiles(_folder.Cache).Single();
        File.WriteAllBytes(entry, File.ReadAllBytes(entry)[..^100]);

        Compile("Respond()");
        using var script = Compile("Respond()");

        Assert.Equal(["ScriptCompiled", "ScriptCompiled", "ScriptLoaded"], _logger.EventNames);
    }

    [Fact]
    public void Compile_EntryIsNoScript_IsCompiledAgain()
    {
        Compile("Respond()");
        var entry = Path.GetFileNameWithoutExtension(Directory.GetFiles(_folder.Cache).Single());
        new ScriptCache(_folder.Cache, _logger).Write(entry, [1, 2, 3]);

        using var script = Compile("Respond()");

        Assert.Equal(["ScriptCompiled", "CacheEntryUnusable", "ScriptCompiled"], _logger.EventNames);
        Assert.Equal(FailoverDecision.Respond(), script.Invoke(new AttemptOutcome()));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void Compile_OthersMayWriteTheDirectory_NeitherReadsNorWritesIt(UnixFileMode right)
    {
        Compile("Respond()");
        File.SetUnixFileMode(_folder.Cache, OwnerOnly | right);

        Compile("Respond()");
        Compile("NextAccount()");

        Assert.Equal(["ScriptCompiled", "CacheUnusable", "ScriptCompiled", "CacheUnusable", "ScriptCompiled"], _logger.EventNames);
        Assert.Single(Directory.GetFiles(_folder.Cache));
    }

    [Fact]
    public void FaultOf_DirectoryOfAnotherAccount_SaysSo()
    {
        // /proc/1 belongs to whoever started the machine; as root, that is us, and we give a directory away instead.
        var foreign = Environment.IsPrivilegedProcess ? _folder.GiveAway() : "/proc/1";

        Assert.Contains("belongs to another account", PrivateDirectory.FaultOf(foreign), StringComparison.Ordinal);
    }

    [Fact]
    public void Compile_DirectoryCannotBeMade_StillCompiles()
    {
        var file = _folder.Write("", "file");

        using var script = _folder.Compile("Respond()", Path.Combine(file, "cache"), _logger);

        Assert.Contains("CacheUnusable", _logger.EventNames);
        Assert.Equal(FailoverDecision.Respond(), script.Invoke(new AttemptOutcome()));
    }

    [Fact]
    public void Write_ManyEntries_KeepsABoundedNumber()
    {
        var cache = new ScriptCache(_folder.Cache, _logger);
        for (var entry = 0; entry < 80; entry++)
        {
            cache.Write($"entry{entry}", [1]);
        }

        Assert.Equal(64, Directory.GetFiles(_folder.Cache).Length);
    }

    private CompiledScript<AttemptOutcome, FailoverDecision> Compile(string text) => _folder.Compile(text, _folder.Cache, _logger);
}
