using System.Globalization;
using ClaudeProxy.Accounts;
using ClaudeProxy.Configuration;

namespace ClaudeProxy.Checks;

/// <summary>Runs the health and balance checks of the configured servers, each at its own interval, until it is disposed. Thread-safe.</summary>
internal sealed class AccountChecks : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly TimeProvider _timeProvider;
    private readonly Task _running;

    /// <summary>Starts the checks that <paramref name="servers"/> ask for; the first of each at once.</summary>
    public AccountChecks(IReadOnlyList<ServerOptions> servers, AccountStore store, HealthCheck health, BalanceCheck balance, TimeProvider timeProvider)
    {
        _timeProvider = timeProvider;
        var loops = new List<Task>();
        foreach (var server in servers)
        {
            if (server.HealthCheck is { } healthCheck)
            {
                loops.Add(RepeatAsync(healthCheck.Interval, () => store.Find(server.Name) is { } account ? health.RunAsync(account, healthCheck, _stop.Token) : Task.CompletedTask));
            }

            if (server.BalanceCheck is { } balanceCheck)
            {
                loops.Add(RepeatAsync(balanceCheck.Interval, () => store.Find(server.Name) is { } account ? balance.RunAsync(account, balanceCheck, _stop.Token) : Task.CompletedTask));
            }
        }

        _running = Task.WhenAll(loops);
    }

    /// <summary>Equal for options that ask for the same checks, so that a reload does not begin them anew.</summary>
    public static string KeyOf(IReadOnlyList<ServerOptions> servers) => string.Join('\n', servers
        .Where(server => server.HealthCheck is not null || server.BalanceCheck is not null)
        .Select(server => string.Create(
            CultureInfo.InvariantCulture,
            $"{server.Name} {server.HealthCheck} {server.BalanceCheck} {string.Join('\0', server.BalanceCheck?.Command ?? [])}")));

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RepeatAsync(TimeSpan interval, Func<Task> check)
    {
        try
        {
            while (true)
            {
                await check().ConfigureAwait(false);
                await Task.Delay(interval, _timeProvider, _stop.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The end that is asked for.
        }
    }
}
