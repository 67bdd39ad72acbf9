using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Accounts;

/// <summary>Carries out what a policy's decision lets rest, on the scope it names. Thread-safe.</summary>
internal sealed class Penalties(TimeProvider timeProvider, ILogger<Penalties> logger)
{
    /// <summary>Lets rest what <paramref name="penalty"/> names, for the failed attempt of <paramref name="lease"/>.</summary>
    /// <param name="penalty">What rests, and for how long.</param>
    /// <param name="lease">The attempt's lease.</param>
    /// <param name="reason">For people; never secret.</param>
    /// <param name="isTransport">Whether the upstream could not be reached: the upstream itself rests too once two accounts found it so.</param>
    /// <param name="pool">The accounts, among which a workspace is looked for.</param>
    public void Apply(Penalty penalty, Lease lease, string reason, bool isTransport, AccountPool pool)
    {
        var account = lease.Account;
        switch (penalty.Scope)
        {
            case Scope.Account:
                LetRest(account.Cooldown, penalty, lease, account.AccountId, reason, isTransport);
                break;
            case Scope.AccountModel:
                LetRest(account.CooldownFor(lease.Model, timeProvider.GetUtcNow()), penalty, lease, $"{account.AccountId} for {lease.Model ?? "every model"}", reason, isTransport);
                break;
            case Scope.Workspace:
                foreach (var member in WorkspaceOf(account, pool))
                {
                    LetRest(member.Cooldown, penalty, lease, member.AccountId, reason, isTransport);
                }

                break;
            case Scope.Upstream:
                LetRest(lease.Upstream.Cooldown, penalty, lease, lease.Upstream.Key.ToString(), reason, isTransport);
                return;
        }

        if (isTransport && lease.Upstream.CouldNotBeReached(account.AccountId))
        {
            LetRest(lease.Upstream.Cooldown, penalty, lease, lease.Upstream.Key.ToString(), reason, isTransport);
        }
    }

    private static IEnumerable<AccountState> WorkspaceOf(AccountState account, AccountPool pool) =>
        account.Record.WorkspaceId is { } workspace
            ? pool.Accounts.Where(other => other.Record.WorkspaceId == workspace)
            : [account];

    private void LetRest(Cooldown? cooldown, Penalty penalty, Lease lease, string whom, string reason, bool isTransport)
    {
        var now = timeProvider.GetUtcNow();
        if (penalty.Kind == PenaltyKind.RateLimit)
        {
            if (cooldown?.RateLimit(Rest.EndOf(now, penalty.Duration), reason, lease.Began) == true)
            {
                logger.RateLimited(whom, reason, penalty.Duration.TotalSeconds);
            }
        }
        else if (cooldown?.CoolDown(now, penalty.Duration, reason, lease.Began, isTransport) is { } rest)
        {
            logger.CoolingDown(whom, reason, (rest.Until - now).TotalSeconds, rest.Failures);
        }
    }
}
