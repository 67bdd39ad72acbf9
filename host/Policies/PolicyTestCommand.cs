using Spectre.Console;

namespace ClaudeProxy.Policies;

/// <summary><c>claude-proxy policy test</c>: shows what a policy decides, without an upstream.</summary>
/// <param name="console">Gets the table.</param>
/// <param name="error">Gets the sentences about what is wrong.</param>
/// <param name="compiler">Compiles the policy.</param>
/// <param name="timeProvider">Ends a policy that does not end by itself.</param>
internal sealed class PolicyTestCommand(IAnsiConsole console, TextWriter error, ScriptCompiler compiler, TimeProvider timeProvider)
{
    private const int Success = 0;
    private const int Fault = 2;

    // More than the proxy grants, for here the first call is the first of everything.
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(2);

    /// <summary>Prints a row for each of <paramref name="outcomes"/>.</summary>
    /// <param name="file">The script, or the name of rules that are built in; a script that ships is also found beside the program.</param>
    /// <param name="outcomes">The outcomes to decide on.</param>
    /// <param name="cancellationToken">Ends the test.</param>
    /// <returns>The exit code: 0, or 2 if the policy cannot be used or failed on one of the outcomes.</returns>
    public async Task<int> RunAsync(string file, IReadOnlyList<AttemptOutcome> outcomes, CancellationToken cancellationToken)
    {
        try
        {
            using var script = HostPolicyOf(file) is null ? Compile(file) : null;
            return await PrintAsync(script ?? HostPolicyOf(file)!, outcomes, cancellationToken);
        }
        catch (ScriptException exception)
        {
            await error.WriteLineAsync(exception.Message);
            return Fault;
        }
    }

    private enum Verdict
    {
        Decided,
        Failed,

        /// <summary>It did not end; the rows after it would only wait as well.</summary>
        Endless,
    }

    private static IFailoverPolicy? HostPolicyOf(string name) => name switch
    {
        BuiltInFailoverPolicy.Name => BuiltInFailoverPolicy.Instance,
        MiddlewareFailoverPolicy.Name => MiddlewareFailoverPolicy.Instance,
        _ => null,
    };

    private ScriptedFailoverPolicy Compile(string file)
    {
        var shipped = Path.Combine(AppContext.BaseDirectory, file);
        var path = !File.Exists(file) && File.Exists(shipped) ? shipped : file;
        return new ScriptedFailoverPolicy(compiler.Compile<AttemptOutcome, FailoverDecision>(path));
    }

    private async Task<int> PrintAsync(IFailoverPolicy policy, IReadOnlyList<AttemptOutcome> outcomes, CancellationToken cancellationToken)
    {
        var isForPeople = console.Profile.Out.IsTerminal;
        var table = new Table()
            .AddColumn(new TableColumn("Outcome").PadRight(2))
            .AddColumn("Decision")
            .Border(isForPeople ? TableBorder.Rounded : TableBorder.None);
        console.Profile.Width = isForPeople ? console.Profile.Width : short.MaxValue;

        var worst = Verdict.Decided;
        foreach (var outcome in outcomes)
        {
            var (decision, verdict) = await DecideAsync(policy, outcome, cancellationToken);
            var style = verdict == Verdict.Decided ? Style.Plain : new Style(Color.Red);
            table.AddRow(new Text(AttemptOutcomeText.Write(outcome)), new Text(decision, style));
            worst = verdict > worst ? verdict : worst;
            if (worst == Verdict.Endless)
            {
                break;
            }
        }

        console.Write(table);
        return worst == Verdict.Decided ? Success : Fault;
    }

    private async Task<(string Decision, Verdict Verdict)> DecideAsync(
        IFailoverPolicy policy, AttemptOutcome outcome, CancellationToken cancellationToken)
    {
        var interruption = new Interruption();
        var deciding = Task.Run(
            () =>
            {
                Interruption.Current = interruption;
                try
                {
                    return policy.Decide(outcome);
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
            return await deciding.WaitAsync(s_limit, timeProvider, cancellationToken) is { } decision
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
}
