using ClaudeProxy.Abstractions;
using ClaudeProxy.Accounts;
using ClaudeProxy.Configuration;
using ClaudeProxy.Extensions;
using ClaudeProxy.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClaudeProxy.Tests.Accounts;

/// <summary>A pool of accounts, with a clock that the test moves.</summary>
internal sealed class TestPool : IDisposable
{
    private readonly CallWatchdog _watchdog = new(TimeProvider.System, Eventually.Limit);
    private readonly GuardedLoadBalancer _balancer;

    public TestPool(params Account[] accounts)
        : this(BalancingMode.LoadBalance, new First(), accounts)
    {
    }

    public TestPool(BalancingMode mode, ILoadBalancer balancer, params Account[] accounts)
        : this(new PoolOptions { Mode = mode, Queue = new QueueOptions { Length = 0 } }, balancer, accounts)
    {
    }

    public TestPool(PoolOptions options, ILoadBalancer balancer, params Account[] accounts)
    {
        _balancer = new GuardedLoadBalancer("test", balancer, _watchdog, NullLogger.Instance);
        Store = new AccountStore(Clock);
        Pool = new AccountPool(Store, options, Clock);
        Pool.Update(accounts);
    }

    public ManualTimeProvider Clock { get; } = new();

    public AccountStore Store { get; }

    public AccountPool Pool { get; }

    public AccountState this[string id] => Store.Find(id)!;

    public DateTimeOffset Now => Clock.GetUtcNow();

    /// <summary>Leases an account, or gives <see langword="null"/>.</summary>
    public async Task<Lease?> LeaseAsync(TriedAccounts? tried = null, string? model = "claude-sonnet-4-5") =>
        (await LookAsync(Some.Request(model), tried)).Lease;

    /// <summary>Leases an account, or says why there is none.</summary>
    public Task<LeaseResult> LookAsync(RequestFacts request, TriedAccounts? tried = null, CancellationToken cancellationToken = default) =>
        Pool.LeaseAsync(request, tried ?? new TriedAccounts(), _balancer, cancellationToken).AsTask().InTime();

    /// <summary>Leases accounts for one request until there is none left, and gives their ids in order. All are let go.</summary>
    public async Task<string> OrderAsync(string? model = "claude-sonnet-4-5")
    {
        var (tried, order) = (new TriedAccounts(), "");
        while (await LeaseAsync(tried, model) is { } lease)
        {
            using (lease)
            {
                tried.Add(lease.Account);
                order += lease.Account.AccountId;
            }
        }

        return order;
    }

    /// <summary>Lets an account rest in tier 3.</summary>
    public void CoolDown(string id, TimeSpan duration) =>
        this[id].Cooldown.CoolDown(Now, duration, "500", Store.Epoch.Next(), isTransport: false);

    /// <summary>Lets an account rest in tier 2.</summary>
    public void RateLimit(string id, TimeSpan duration) => this[id].Cooldown.RateLimit(Now + duration, "429", Store.Epoch.Next());

    public void Dispose() => _watchdog.Dispose();

    /// <summary>Takes the first candidate.</summary>
    internal sealed class First : ILoadBalancer
    {
        public Candidate? Pick(RequestFacts request, IReadOnlyList<Candidate> candidates) => candidates[0];
    }
}
