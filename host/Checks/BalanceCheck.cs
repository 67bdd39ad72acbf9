using System.Globalization;
using ClaudeProxy.Accounts;
using ClaudeProxy.Configuration;
using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Checks;

/// <summary>Runs the command that prints an account's balance, and switches the account off while there is none. Thread-safe.</summary>
/// <remarks>A command that fails says nothing about the balance: the account stays as it is.</remarks>
internal sealed class BalanceCheck(TimeProvider timeProvider, ILogger<BalanceCheck> logger)
{
    /// <summary>Checks <paramref name="account"/>.</summary>
    public async Task RunAsync(AccountState account, BalanceCheckOptions check, CancellationToken cancellationToken)
    {
        var result = await CommandRun.RunAsync(check.Command, check.Timeout, timeProvider, cancellationToken).ConfigureAwait(false);
        if (result.Failure is { } failure)
        {
            logger.BalanceUnknown(account.AccountId, failure);
        }
        else if (!decimal.TryParse(result.Output.AsSpan().Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var balance))
        {
            logger.BalanceUnknown(account.AccountId, "it printed something that is not one number");
        }
        else if (balance <= check.Threshold)
        {
            if (account.SwitchedOff is null)
            {
                logger.BalanceUsedUp(account.AccountId, balance, check.Threshold);
            }

            account.SwitchedOff = string.Create(CultureInfo.InvariantCulture, $"balance {balance} is not above {check.Threshold}");
        }
        else if (account.SwitchedOff is not null)
        {
            account.SwitchedOff = null;
            logger.BalanceBack(account.AccountId, balance);
        }
    }
}
