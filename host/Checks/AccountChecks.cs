using System.Globalization;
using ClaudeProxy.Accounts;
using ClaudeProxy.Configuration;
using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Checks;

/// <summary>Runs the health and balance checks of the configured servers and the check of a relay, each at its own interval, from
/// <see cref="Start"/> until it is stopped or disposed. Thread-safe.</summary>
internal sealed class AccountChecks(
    IReadOnlyList<ServerOptions> servers,
    AccountStore store,
    HealthCheck health,
    BalanceCheck balance,
    RelayCheck? relay,
    TimeProvider timeProvider,
    ILogger<AccountChecks> logger)
    : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    /// <summary>Starts the checks that the servers ask for; the first of each at once. To be called once.</summary>
    public void Start()
    {
        foreach (var server in servers.Where(server => server.BalanceCheck is null))
        {
            if (store.Find(server.Name) is { SwitchedOff: not null } account)
            {
                // Its check was taken out of the configuration: nobody else would ever switch it on again.
                account.SwitchedOff = null;
            }
        }

        var ofRelay = relay is null ? [] : new[] { RepeatAsync("the relay", RelayCheck.Interval, () => relay.RunAsync(_stop.Token)) };
        _running = Task.WhenAll([.. servers.SelectMany(LoopsOf), .. ofRelay]);
    }

    /// <summary>Ends the checks without waiting for the last ones: others have taken over.</summary>
    public void Stop() => _stop.Cancel();

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

    private IEnumerable<Task> LoopsOf(ServerOptions server)
    {
        if (server.HealthCheck is { } healthCheck)
        {
            yield return RepeatAsync(server.Name, healthCheck.Interval, Of(server, account => health.RunAsync(account, healthCheck, _stop.Token)));
        }

        if (server.BalanceCheck is { } balanceCheck)
        {
            yield return RepeatAsync(server.Name, balanceCheck.Interval, Of(server, account => balance.RunAsync(account, balanceCheck, _stop.Token)));
        }
    }

    private Func<Task> Of(ServerOptions server, Func<AccountState, Task> check) =>
        () => store.Find(server.Name) is { } account ? check(account) : Task.CompletedTask;

    private async Task RepeatAsync(string whom, TimeSpan interval, Func<Task> check)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await check().ConfigureAwait(false);
                await Task.Delay(interval, timeProvider, _stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // What one run throws must not end the checks: an account that is switched off would stay so for ever.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                logger.CheckFailed(whom, exception.Message);
                await Task.Delay(interval, timeProvider, _stop.Token).ContinueWith(static _ => { }, TaskScheduler.Default).ConfigureAwait(false);
            }
        }
    }
}
