using ClaudeProxy.Chaos.Clients;
using ClaudeProxy.Chaos.Faults;
using ClaudeProxy.Chaos.Proxies;
using ClaudeProxy.Chaos.Results;
using ClaudeProxy.Chaos.Upstreams;

namespace ClaudeProxy.Chaos;

/// <summary>One run: upstreams with faults that come and go, a proxy in front of them, clients in front of that.</summary>
internal static class ChaosRun
{
    /// <summary>Runs it.</summary>
    /// <param name="options">How much of everything.</param>
    /// <param name="start">Starts the proxy in front of the upstreams.</param>
    /// <param name="tellsStatus">Whether the proxy has a <c>/status</c> to watch.</param>
    /// <param name="timeProvider">The clock.</param>
    public static async Task<RunResult> RunAsync(
        ChaosOptions options, Func<IReadOnlyList<Upstream>, Task<IProxy>> start, bool tellsStatus, TimeProvider timeProvider)
    {
        var schedule = new FaultSchedule(options.Seed, ChaosOptions.Upstreams, ChaosOptions.AccountsOfEach, options.Limit, options.Round);
        var starting = new RunClock(timeProvider);
        UpstreamContext[] contexts = [.. Enumerable.Range(0, ChaosOptions.Upstreams).Select(index => new UpstreamContext(index, schedule, starting))];
        Upstream[] upstreams = [.. contexts.Select(context => Upstream.Start(context, ChaosOptions.AccountsOfEach))];
        using var end = new CancellationTokenSource();
        try
        {
            await using var proxy = await start(upstreams).ConfigureAwait(false);

            // The proxy took its time to start; the faults begin now.
            var clock = new RunClock(timeProvider);
            Array.ForEach(contexts, context => context.Clock = clock);
            using var watch = new StatusWatch(proxy.Address, schedule, clock, ChaosOptions.Upstreams, ChaosOptions.AccountsOfEach);
            using var client = new Client(proxy.Address, options.Seed, clock);
            Task[] followers = [.. upstreams.Select(upstream => upstream.FollowAsync(schedule.All, end.Token)), tellsStatus ? watch.RunAsync(end.Token) : Task.CompletedTask];
            await client.RunAsync(options.Requests, options.Clients, options.Limit).ConfigureAwait(false);
            var elapsed = clock.Elapsed;
            await end.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(followers.Select(Swallow)).ConfigureAwait(false);
            var (times, never) = Recovery.Measure(schedule, contexts, elapsed);
            return new RunResult(
                proxy.Name, client.Tally, contexts.Sum(context => context.Arrivals.Total), elapsed, tellsStatus ? watch.BenchedWithoutFault : null, times, never);
        }
        finally
        {
            foreach (var upstream in upstreams)
            {
                await upstream.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private static async Task Swallow(Task task)
    {
        try
        {
            await task.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }
}
