using BenchmarkDotNet.Attributes;
using ClaudeProxy.Accounts;
using ClaudeProxy.Extensions;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClaudeProxy.Micro;

/// <summary>A whole selection: who is eligible, which tier, the choice, the lease and its end.</summary>
public class SelectionBenchmarks
{
    private readonly TriedAccounts _tried = new();
    private AccountStore _store = null!;
    private AccountPool _pool = null!;
    private GuardedLoadBalancer _builtIn = null!;
    private GuardedLoadBalancer _guarded = null!;
    private CallWatchdog _watchdog = null!;

    [Params(16, 1_000, 10_000)]
    public int Accounts { get; set; }

    /// <summary>What there is to know of the accounts.</summary>
    [Params(AccountsAre.New, AccountsAre.Answered, AccountsAre.Limited, AccountsAre.PartlyResting)]
    public AccountsAre State { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _store = new AccountStore(TimeProvider.System);
        _pool = new AccountPool(_store, new PoolOptions(), TimeProvider.System);
        _pool.Update([.. Samples.Accounts(Accounts).Select(account => account with { MaxConcurrency = State == AccountsAre.Limited ? 10 : null })]);
        foreach (var account in State == AccountsAre.New ? [] : _pool.Accounts)
        {
            Answer(account);
        }

        foreach (var account in _pool.Accounts.Where((_, index) => State == AccountsAre.PartlyResting && index % 4 == 0))
        {
            account.Cooldown.RateLimit(_store.Epoch.Now + TimeSpan.FromHours(1), "429", _store.Epoch.Next());
        }

        _watchdog = new CallWatchdog(TimeProvider.System);
        _builtIn = new GuardedLoadBalancer("built_in", BuiltInLoadBalancer.Instance, _watchdog, NullLogger.Instance);
        _guarded = new GuardedLoadBalancer("round_robin", Shipped.Balancer("round_robin"), _watchdog, NullLogger.Instance);
    }

    [GlobalCleanup]
    public void Cleanup() => _watchdog.Dispose();

    /// <summary>With the built-in choice, which is made on the caller's thread.</summary>
    [Benchmark]
    public Task<bool> BuiltIn() => SelectAsync(_builtIn);

    /// <summary>The same where something has changed since the last request: the worst case, in which everybody is looked at.</summary>
    [Benchmark]
    public Task<bool> AfterChange()
    {
        _store.Epoch.Changed();
        return SelectAsync(_builtIn);
    }

    /// <summary>With a plugin's choice, which is made on another thread, and watched.</summary>
    [Benchmark]
    public Task<bool> Guarded() => SelectAsync(_guarded);

    private void Answer(AccountState account)
    {
        var now = _store.Epoch.Now;
        using var lease = Lease.TryTake(account, Samples.Request.Model, _store.Epoch, now)!;
        lease.Count(now, lowWater: 0.1);
        _pool.NoteAnswer(lease, workspaceId: null, organizationId: null, Samples.PlentyLeft);
    }

    private async Task<bool> SelectAsync(GuardedLoadBalancer balancer)
    {
        using var lease = (await _pool.TryLeaseAsync(Samples.Request, _tried, balancer).ConfigureAwait(false)).Lease;
        return lease is not null;
    }
}

/// <summary>What there is to know of the accounts of a selection.</summary>
public enum AccountsAre
{
    /// <summary>Nobody has answered yet.</summary>
    New,

    /// <summary>All have answered, with the headers of their rate limits: as in use.</summary>
    Answered,

    /// <summary>The same, and none may serve more than ten requests at a time.</summary>
    Limited,

    /// <summary>All have answered, and every fourth is rate limited for an hour.</summary>
    PartlyResting,
}
