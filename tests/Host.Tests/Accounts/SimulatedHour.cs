using ClaudeProxy.Abstractions;
using ClaudeProxy.Accounts;
using ClaudeProxy.Configuration;
using ClaudeProxy.Policies;
using ClaudeProxy.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClaudeProxy.Tests.Accounts;

/// <summary>An hour of bursty load over accounts of different size, on a clock that nobody waits for. The pool, its balancer, the policy and
/// what it lets rest are the program's own; the upstreams are token buckets.</summary>
internal sealed class SimulatedHour : IDisposable
{
    private const int MostAttempts = 3;

    private static readonly double[] s_requestsPerMinute = [20, 20, 30, 30, 50, 50, 100, 200];

    private readonly PriorityQueue<Func<Task>, (DateTimeOffset At, int Order)> _events = new();
    private readonly Dictionary<string, TokenBucketUpstream> _upstreams = [];
    private readonly Random _latency = new(7);
    private readonly Penalties _penalties;
    private readonly TestPool _pool;
    private int _order;

    public SimulatedHour(ILoadBalancer balancer, int lowWater)
    {
        Account[] accounts = [.. s_requestsPerMinute.Select((_, index) => Some.Account($"account-{index}"))];
        for (var index = 0; index < accounts.Length; index++)
        {
            _upstreams[accounts[index].Id] = new TokenBucketUpstream(s_requestsPerMinute[index], 8000 * s_requestsPerMinute[index]);
        }

        _pool = new TestPool(new PoolOptions { Headroom = new HeadroomOptions { LowWater = lowWater } }, balancer, accounts);
        _penalties = new Penalties(_pool.Clock, NullLogger<Penalties>.Instance);
    }

    /// <summary>Requests that were served.</summary>
    public int Served { get; private set; }

    /// <summary>Requests that nobody served.</summary>
    public int Refused { get; private set; }

    /// <summary>Answers 429 that reached the proxy.</summary>
    public int RateLimits { get; private set; }

    /// <summary>Lets the hour pass: bursts of up to 50 requests every few seconds, 60 % of what the accounts can serve.</summary>
    public async Task RunAsync()
    {
        var random = new Random(42);
        var end = _pool.Now + TimeSpan.FromHours(1);
        var at = _pool.Now;
        while ((at += TimeSpan.FromSeconds(-5 * Math.Log(1 - random.NextDouble()))) < end)
        {
            var size = random.Next(1, 50);
            for (var i = 0; i < size; i++)
            {
                var tokens = 500 * Math.Pow(60, random.NextDouble());
                At(at + TimeSpan.FromMilliseconds(i * 20), () => AttemptAsync(tokens, new TriedAccounts()));
            }
        }

        while (_events.TryDequeue(out var happen, out var when))
        {
            _pool.Clock.Advance(when.At - _pool.Now);
            await happen();
        }
    }

    public void Dispose() => _pool.Dispose();

    private async Task AttemptAsync(double tokens, TriedAccounts tried)
    {
        if (tried.Count == MostAttempts || await _pool.LeaseAsync(tried) is not { } lease)
        {
            Refused++;
            return;
        }

        tried.Add(lease.Account);
        After(0.02, 0.06, () =>
        {
            var answer = _upstreams[lease.Account.AccountId].Take(_pool.Now, tokens);
            if (answer.IsServed)
            {
                After(0.3, 2, () => Serve(lease, answer.Limits));
            }
            else
            {
                After(0.02, 0.06, () => FailAsync(lease, answer.Limits, answer.RetryAfter, () => AttemptAsync(tokens, tried)));
            }

            return Task.CompletedTask;
        });
    }

    private Task Serve(Lease lease, RateLimits limits)
    {
        Served++;
        _pool.Pool.NoteAnswer(lease, null, null, limits);
        lease.Succeed();
        lease.Account.Record.ServedAfter(TimeSpan.FromSeconds(1));
        After(2, 10, () =>
        {
            lease.Dispose();
            return Task.CompletedTask;
        });
        return Task.CompletedTask;
    }

    private Task FailAsync(Lease lease, RateLimits limits, TimeSpan retryAfter, Func<Task> tryNext)
    {
        RateLimits++;
        _pool.Pool.NoteAnswer(lease, null, null, limits);
        var outcome = new AttemptOutcome { Status = 429, ErrorType = "rate_limit_error", RetryAfter = retryAfter, Limits = limits };
        lease.Account.Record.FailedWith("429", _pool.Now, lease.Began);
        if (BuiltInFailoverPolicy.Instance.Decide(outcome).Penalty is { } penalty)
        {
            _penalties.Apply(penalty, lease, "429", isTransport: false, _pool.Pool);
        }

        lease.Dispose();
        return tryNext();
    }

    private void After(double least, double most, Func<Task> happen) =>
        At(_pool.Now + TimeSpan.FromSeconds(least + ((most - least) * _latency.NextDouble())), happen);

    private void At(DateTimeOffset when, Func<Task> happen) => _events.Enqueue(happen, (when, _order++));
}
