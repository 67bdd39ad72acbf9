namespace ClaudeProxy.Policies;

/// <summary>A policy that a person tries out: named like in the configuration, and asked under a limit of time. Dispose it to let a script unload.</summary>
internal sealed class PolicyTrial : IDisposable
{
    // More than the proxy grants, for here the first call is the first of everything.
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(2);

    private readonly IFailoverPolicy _policy;
    private readonly TimeProvider _timeProvider;

    private PolicyTrial(IFailoverPolicy policy, TimeProvider timeProvider) => (_policy, _timeProvider) = (policy, timeProvider);

    /// <summary>Makes the policy ready.</summary>
    /// <param name="file">The script, or the name of rules that are built in; a script that ships is also found beside the program.</param>
    /// <param name="compiler">Compiles the script.</param>
    /// <param name="timeProvider">Ends a policy that does not end by itself.</param>
    /// <exception cref="ScriptException">There is no such file, or it does not compile.</exception>
    public static PolicyTrial Of(string file, ScriptCompiler compiler, TimeProvider timeProvider) => new(
        file switch
        {
            BuiltInFailoverPolicy.Name => BuiltInFailoverPolicy.Instance,
            MiddlewareFailoverPolicy.Name => MiddlewareFailoverPolicy.Instance,
            _ => Compile(file, compiler),
        },
        timeProvider);

    /// <summary>What the policy decides on <paramref name="outcome"/>, in the words of a script; or what went wrong.</summary>
    public async Task<(string Decision, Verdict Verdict)> DecideAsync(AttemptOutcome outcome, CancellationToken cancellationToken)
    {
        var interruption = new Interruption();
        var deciding = Task.Run(
            () =>
            {
                Interruption.Current = interruption;
                try
                {
                    return _policy.Decide(outcome);
                }
                finally
                {
                    // The thread goes back to the pool, and its next script is none of ours.
                    Interruption.Current = null;
                }
            },
            cancellationToken);
        try
        {
            return await deciding.WaitAsync(s_limit, _timeProvider, cancellationToken) is { } decision
                ? (FailoverDecisionText.Write(decision), Verdict.Decided)
                : ("returned no decision", Verdict.Failed);
        }
        catch (TimeoutException) when (!deciding.IsCompleted)
        {
            interruption.Request();
            return ($"did not end within {DurationText.Write(s_limit)}; the proxy sets aside what takes more than 50ms", Verdict.Endless);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return ($"threw {exception.GetType().Name} ({exception.Message})", Verdict.Failed);
        }
    }

    /// <inheritdoc />
    public void Dispose() => (_policy as ScriptedFailoverPolicy)?.Dispose();

    private static ScriptedFailoverPolicy Compile(string file, ScriptCompiler compiler)
    {
        var shipped = Path.Combine(AppContext.BaseDirectory, file);
        var path = !File.Exists(file) && File.Exists(shipped) ? shipped : file;
        return new ScriptedFailoverPolicy(compiler.Compile<AttemptOutcome, FailoverDecision>(path));
    }

    /// <summary>How asking went.</summary>
    internal enum Verdict
    {
        /// <summary>There is a decision.</summary>
        Decided,

        /// <summary>It threw, or returned nothing.</summary>
        Failed,

        /// <summary>It did not end; asking again would only wait as well.</summary>
        Endless,
    }
}
