using ClaudeProxy.Accounts;
using ClaudeProxy.Forwarding;
using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Checks;

/// <summary>Asks a relay that could not be reached whether it is back, so that no client has to find out. Costs nothing while it is well. Thread-safe.</summary>
internal sealed class RelayCheck(AccountPool pool, Epoch epoch, UpstreamClients clients, TimeProvider timeProvider, ILogger<RelayCheck> logger)
{
    private const string Path = "/health";

    /// <summary>Time between two looks: a relay is in service again within two seconds of its return.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    /// <summary>Looks once; any answer shows that the relay is back.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (pool.Accounts is not [var account, ..] || account.Upstream.Cooldown.Fault is null)
        {
            return;
        }

        var began = epoch.Next();
        if (await AnswersAsync(account, cancellationToken).ConfigureAwait(false) && account.Upstream.Answered(began))
        {
            logger.RelayIsBack(account.Upstream.Key.ToString());
        }
    }

    private async Task<bool> AnswersAsync(AccountState account, CancellationToken cancellationToken)
    {
        var connections = clients.Rent(account.Upstream.Key);
        try
        {
            using var clock = new AttemptClock(cancellationToken, timeProvider);
            clock.Arm(s_patience);
            using var request = RequestMessage.CreateGet(account.Account, Path);
            using var response = await connections.Value.Invoker.SendAsync(request, clock.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (TransportFaults.Includes(exception) && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
        finally
        {
            await connections.Release().ConfigureAwait(false);
        }
    }
}
