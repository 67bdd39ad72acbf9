using System.Globalization;
using System.Runtime.CompilerServices;
using ClaudeProxy.Abstractions;

namespace ClaudeProxy.Plugins.Simulator;

/// <summary>Starts simulated upstreams and yields the accounts they serve, once.</summary>
internal sealed class SimulatorAccountSource(SimulatorOptions options, PluginContext context) : IAccountSource, IAsyncDisposable
{
    private static readonly SimulatedFault[] s_flakes =
        [new SimulatedFault.Status(500), new SimulatedFault.Status(503), new SimulatedFault.Reset()];

    private readonly List<SimulatedUpstream> _upstreams = [];

    /// <inheritdoc />
    public async IAsyncEnumerable<IReadOnlyList<Account>> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await DisposeAsync();
        var accounts = CreateAccounts();
        for (var first = 0; first < options.Upstreams; first++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var served = accounts.Where((_, index) => index % options.Upstreams == first);
            _upstreams.Add(await SimulatedUpstream.StartAsync(served, context.TimeProvider, context.Random));
        }

        yield return [.. accounts.Select((account, index) => Describe(account, _upstreams[index % options.Upstreams]))];
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var upstream in _upstreams)
        {
            await upstream.DisposeAsync();
        }

        _upstreams.Clear();
    }

    private SimulatedAccount[] CreateAccounts()
    {
        var workspaces = Enumerable.Range(1, options.Workspaces).Select(CreateWorkspace).ToArray();
        var numbers = Enumerable.Range(1, options.Accounts);
        return [.. numbers.Select(number => CreateAccount(number, workspaces[(number - 1) % workspaces.Length]))];
    }

    private SimulatedAccount CreateAccount(int number, SimulatedWorkspace workspace)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"sim-{number}");
        // Beyond guessing by accident, not by intent: nothing that the token opens is worth anything.
        var token = string.Create(CultureInfo.InvariantCulture, $"sk-ant-{id}-{context.Random.NextInt64():x16}");
        return new SimulatedAccount(id, token, workspace)
        {
            Pace = options.Pace,
            Flakiness = number > options.Accounts - options.Flaky ? FlakeOf : null,
        };
    }

    private SimulatedWorkspace CreateWorkspace(int number)
    {
        var name = number.ToString("0000", CultureInfo.InvariantCulture);
        var budget = new RateBudget(options.RequestsPerMinute, options.TokensPerMinute, options.OutputTokensPerMinute);
        return new SimulatedWorkspace($"wrkspc_sim{name}", $"org_sim{name}", budget);
    }

    private SimulatedFault? FlakeOf(int number) =>
        number % options.FailEvery == 0 ? options.Fault ?? s_flakes[context.Random.Next(s_flakes.Length)] : null;

    private static Account Describe(SimulatedAccount account, SimulatedUpstream upstream) => new()
    {
        Id = account.Id,
        Upstream = upstream.Address,
        Credential = Credential.FromToken(account.Token),
        Labels = new Dictionary<string, string> { ["workspace"] = account.Workspace.Id },
    };
}
