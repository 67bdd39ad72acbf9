using ClaudeProxy.Abstractions;
using ClaudeProxy.Policies;
using static ClaudeProxy.Abstractions.Durations;

namespace ClaudeProxy.Tests.Policies;

public sealed class ScriptCompilerTests : IDisposable
{
    private readonly ScriptFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Compile_WordsOfTheContract_AreInScope()
    {
        using var script = _folder.Compile("""
            var about = $"{Failure} {ErrorType} {ErrorCode} {ErrorMessage} {Limits.ResetAfter} {Sent} {Attempt} {Repeats}"
                + $"{ConsecutiveFailures} {ConsecutiveRateLimits} {PreviousStatuses.Count}";
            return Status == 429 && Account == "a" && Model is null && about.Length > 0
                ? NextAccount().RateLimit(Scope.Workspace, RetryAfter ?? Cooldown + Hours(1))
                : SameAccount(after: Seconds(1)).CoolDown(Scope.AccountModel, Minutes(2));
            """);

        var limited = script.Invoke(new AttemptOutcome { Status = 429, Account = "a", RetryAfter = Seconds(9) });
        var other = script.Invoke(new AttemptOutcome { Status = 500, Account = "a" });

        Assert.Equal(FailoverDecision.NextAccount().RateLimit(Scope.Workspace, Seconds(9)), limited);
        Assert.Equal(FailoverDecision.SameAccount(Seconds(1)).CoolDown(Scope.AccountModel, Minutes(2)), other);
    }

    [Fact]
    public void Compile_ExpressionWithoutReturn_IsTheResult()
    {
        using var script = _folder.Compile("Respond()");

        Assert.Equal(FailoverDecision.Respond(), script.Invoke(new AttemptOutcome()));
    }

    [Fact]
    public void Compile_SeveralErrors_NamesEachWithItsPlace()
    {
        var path = Path.Combine(Path.GetDirectoryName(_folder.Write(""))!, "x.csx");

        var exception = Assert.Throws<ScriptException>(() => _folder.Compile("""
            // A comment.
            while (Nope) { if (Attempt > 1) { break; } }
            int F() =>
                Attempt;
            return Missing();
            """));

        Assert.Equal(
            [
                $"Script '{path}' does not compile:",
                $"  {path}(2,8): error CS0103: The name 'Nope' does not exist in the current context",
                $"  {path}(5,8): error CS0103: The name 'Missing' does not exist in the current context",
            ],
            exception.Message.Split(Environment.NewLine));
    }

    [Theory]
    [InlineData("return 5;", "(1,8): error CS0029")]
    [InlineData("return System.Threading.Tasks.Task.FromResult(Respond());", "(1,8): error CS4016")]
    [InlineData("\nawait System.Threading.Tasks.Task.Yield(); return Respond();", "(2,1): error: 'await' is not allowed")]
    [InlineData("async void F() { } return Respond();", "(1,1): error: 'async' is not allowed")]
    [InlineData("await foreach (var x in (IAsyncEnumerable<int>)null) { }", "(1,1): error: 'await' is not allowed")]
    [InlineData("#load \"other.csx\"\nreturn Respond();", "(1,2): error: '#load' is not supported")]
    [InlineData("#r \"System.Net.Http\"\nreturn Respond();", "(1,2): error: '#r' is not supported")]
    public void Compile_NotAllowed_SaysWhatAndWhere(string text, string expected)
    {
        var exception = Assert.Throws<ScriptException>(() => _folder.Compile(text));

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Compile_MissingFile_SaysWhichAndWhatToDo()
    {
        var compiler = new ScriptCompiler(null, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);

        var exception = Assert.Throws<ScriptException>(() => compiler.Compile<AttemptOutcome, FailoverDecision>("policies/nope.csx"));

        Assert.StartsWith("Script 'policies/nope.csx' does not exist (looked for '/", exception.Message, StringComparison.Ordinal);
        Assert.EndsWith("Correct the path or create the file.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Invoke_ScriptThrows_NamesTheLine()
    {
        using var script = _folder.Compile("""
            int Twice(int number) =>
                number * 2
                ;

            foreach (var previous in PreviousStatuses)
                if (previous == 404)
                    throw new InvalidOperationException($"seen {Twice(previous)}");

            return Respond();
            """);

        var exception = Assert.Throws<InvalidOperationException>(() => script.Invoke(new AttemptOutcome { PreviousStatuses = [404] }));

        Assert.Equal("seen 808", exception.Message);
        Assert.Contains("x.csx:line 7", exception.StackTrace, StringComparison.Ordinal);
    }

    [Fact]
    public void Version_TextChanges_ChangesWithIt()
    {
        using var first = _folder.Policy("Respond()");
        using var same = _folder.Policy("Respond()");
        using var other = _folder.Policy("NextAccount()");

        Assert.Equal(first.Version, same.Version);
        Assert.NotEqual(first.Version, other.Version);
        Assert.EndsWith("x.csx", first.Path, StringComparison.Ordinal);
    }

    [Fact]
    public void Invoke_Disposed_Throws()
    {
        var script = _folder.Compile("Respond()");
        script.Dispose();

        Assert.Throws<ObjectDisposedException>(() => script.Invoke(new AttemptOutcome()));
    }
}
