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
        switch (penalty.Scope)
        {
            case Scope.Account:
                LetRest(lease.Account, models: null, penalty, lease, reason, isTransport);
                break;
            case Scope.AccountModel:
                LetRest(lease.Account, lease.Model is { } model ? ModelClass.Only(model) : null, penalty, lease, reason, isTransport);
                break;
            case Scope.Workspace:
                LetWorkspaceRest(penalty, lease, reason, isTransport, pool);
                break;
            case Scope.Organization:
                LetOrganizationRest(penalty, lease, reason, isTransport, pool);
                break;
            case Scope.Upstream:
                LetRest(lease.Upstream.Cooldown, penalty, lease, lease.Upstream.Key.ToString(), reason, isTransport);
                return;
        }

        if (isTransport && lease.Upstream.CouldNotBeReached(lease.Account.AccountId))
        {
            LetRest(lease.Upstream.Cooldown, penalty, lease, lease.Upstream.Key.ToString(), reason, isTransport);
        }
    }

    private void LetWorkspaceRest(Penalty penalty, Lease lease, string reason, bool isTransport, AccountPool pool)
    {
        ModelClass? models = null;
        if (penalty.Kind == PenaltyKind.RateLimit)
        {
            if (lease.Account.Record.WorkspaceId is null || lease.Model is null)
            {
                // Who names no workspace need not count like the API; and a request without a model has a limit that is not of the models.
                LetRest(lease.Account, models: null, penalty, lease, reason, isTransport);
                return;
            }

            models = ModelClass.Of(lease.Model);
        }

        foreach (var member in MembersOf(pool, lease.Account, static account => account.Record.WorkspaceId))
        {
            LetRest(member, models, penalty, lease, reason, isTransport);
        }
    }

    private void LetOrganizationRest(Penalty penalty, Lease lease, string reason, bool isTransport, AccountPool pool)
    {
        var resting = 0;
        foreach (var member in MembersOf(pool, lease.Account, static account => account.Record.OrganizationId))
        {
            resting += LetRest(member, models: null, penalty, lease, reason, isTransport) ? 1 : 0;
        }

        if (resting > 0)
        {
            logger.OrganizationRests(lease.Account.Record.OrganizationId ?? "unknown", resting, reason, penalty.Duration.TotalSeconds);
        }
    }

    private static IEnumerable<AccountState> MembersOf(AccountPool pool, AccountState account, Func<AccountState, string?> idOf) =>
        idOf(account) is { } id ? pool.Accounts.Where(other => idOf(other) == id) : [account];

    private bool LetRest(AccountState account, ModelClass? models, Penalty penalty, Lease lease, string reason, bool isTransport)
    {
        var cooldown = models is { } some ? account.Models.For(some, timeProvider.GetUtcNow()) : account.Cooldown;
        var whom = models is { } named ? $"{account.AccountId} for {named.Name}" : account.AccountId;
        return LetRest(cooldown, penalty, lease, whom, reason, isTransport);
    }

    // True if the rest was set anew.
    private bool LetRest(Cooldown? cooldown, Penalty penalty, Lease lease, string whom, string reason, bool isTransport)
    {
        var now = timeProvider.GetUtcNow();
        if (penalty.Kind == PenaltyKind.RateLimit)
        {
            if (cooldown?.RateLimit(Rest.EndOf(now, penalty.Duration), reason, lease.Began) != true)
            {
                return false;
            }

            logger.RateLimited(whom, reason, penalty.Duration.TotalSeconds);
            return true;
        }

        if (cooldown?.CoolDown(now, penalty.Duration, reason, lease.Began, isTransport) is not { } rest)
        {
            return false;
        }

        logger.CoolingDown(whom, reason, (rest.Until - now).TotalSeconds, rest.Failures);
        return true;
    }
}
