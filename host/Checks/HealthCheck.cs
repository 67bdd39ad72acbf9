using ClaudeProxy.Accounts;
using ClaudeProxy.Configuration;
using ClaudeProxy.Forwarding;
using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Checks;

/// <summary>Asks the server of an account that cools down for a fault whether it is back. Costs nothing while the account is well. Thread-safe.</summary>
internal sealed class HealthCheck(UpstreamClients clients, TimeProvider timeProvider, ILogger<HealthCheck> logger)
{
    /// <summary>A server that needs longer to answer a check is not back.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    /// <summary>Checks <paramref name="account"/>; an answer below 300 ends its cooldown.</summary>
    public async Task RunAsync(AccountState account, HealthCheckOptions check, CancellationToken cancellationToken)
    {
        var now = timeProvider.GetUtcNow();
        var isAtFault = IsRunning(account.Cooldown.Fault, now) || IsRunning(account.Upstream.Cooldown.Fault, now);
        if (isAtFault && await IsHealthyAsync(account, check, cancellationToken).ConfigureAwait(false)
            && (account.Upstream.Cooldown.EndFault(timeProvider.GetUtcNow()) | account.Cooldown.EndFault(timeProvider.GetUtcNow())))
        {
            logger.HealthCheckPassed(account.AccountId, check.Path);
        }
    }

    private static bool IsRunning(Rest? rest, DateTimeOffset now) => rest is not null && rest.Until > now;

    private async Task<bool> IsHealthyAsync(AccountState account, HealthCheckOptions check, CancellationToken cancellationToken)
    {
        var connections = clients.Rent(account.Upstream.Key);
        try
        {
            using var clock = new AttemptClock(cancellationToken, timeProvider);
            clock.Arm(s_patience);
            using var request = RequestMessage.CreateGet(account.Account, check.Path);
            using var response = await connections.Value.Invoker.SendAsync(request, clock.Token).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
            {
                logger.HealthCheckFailed(account.AccountId, check.Path, $"{(int)response.StatusCode}");
            }

            return response.IsSuccessStatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            logger.HealthCheckFailed(account.AccountId, check.Path, exception.Message);
            return false;
        }
        finally
        {
            await connections.Release().ConfigureAwait(false);
        }
    }
}
