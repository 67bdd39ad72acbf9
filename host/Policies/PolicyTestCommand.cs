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

    /// <summary>Prints a row for each of <paramref name="outcomes"/>.</summary>
    /// <param name="file">The script, or the name of rules that are built in; a script that ships is also found beside the program.</param>
    /// <param name="outcomes">The outcomes to decide on.</param>
    /// <param name="cancellationToken">Ends the test.</param>
    /// <returns>The exit code: 0, or 2 if the policy cannot be used or failed on one of the outcomes.</returns>
    public async Task<int> RunAsync(string file, IReadOnlyList<AttemptOutcome> outcomes, CancellationToken cancellationToken)
    {
        try
        {
            using var policy = PolicyTrial.Of(file, compiler, timeProvider);
            return await PrintAsync(policy, outcomes, cancellationToken);
        }
        catch (ScriptException exception)
        {
            await error.WriteLineAsync(exception.Message);
            return Fault;
        }
    }

    private async Task<int> PrintAsync(PolicyTrial policy, IReadOnlyList<AttemptOutcome> outcomes, CancellationToken cancellationToken)
    {
        var isForPeople = console.Profile.Out.IsTerminal;
        var table = new Table()
            .AddColumn(new TableColumn("Outcome").PadRight(2))
            .AddColumn("Decision")
            .Border(isForPeople ? TableBorder.Rounded : TableBorder.None);
        console.Profile.Width = isForPeople ? console.Profile.Width : short.MaxValue;

        var worst = PolicyTrial.Verdict.Decided;
        foreach (var outcome in outcomes)
        {
            var (decision, verdict) = await policy.DecideAsync(outcome, cancellationToken);
            var style = verdict == PolicyTrial.Verdict.Decided ? Style.Plain : new Style(Color.Red);
            table.AddRow(new Text(AttemptOutcomeText.Write(outcome)), new Text(decision, style));
            worst = verdict > worst ? verdict : worst;
            if (worst == PolicyTrial.Verdict.Endless)
            {
                break;
            }
        }

        console.Write(table);
        return worst == PolicyTrial.Verdict.Decided ? Success : Fault;
    }
}
