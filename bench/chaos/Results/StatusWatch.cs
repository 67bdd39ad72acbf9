using System.Net.Http.Json;
using System.Text.Json;
using ClaudeProxy.Chaos.Faults;
using ClaudeProxy.Chaos.Proxies;

namespace ClaudeProxy.Chaos.Results;

/// <summary>Watches <c>/status</c> of claude-proxy for accounts that rest although nothing was wrong with them. Dispose it.</summary>
internal sealed class StatusWatch(Uri proxy, FaultSchedule schedule, RunClock clock, int upstreams, int accounts) : IDisposable
{
    /// <summary>What was wrong so long ago may be noticed only now: the longest time limit of the run, and some.</summary>
    private static readonly TimeSpan s_lag = TimeSpan.FromSeconds(6);

    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(200);

    private readonly HttpClient _client = new() { BaseAddress = proxy };
    private readonly HashSet<string> _resting = [];

    /// <summary>The benches without a fault, in words.</summary>
    public List<string> BenchedWithoutFault { get; } = [];

    /// <summary>Watches until the run ends.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(s_interval, clock.TimeProvider, cancellationToken).ConfigureAwait(false);
                Look(await _client.GetFromJsonAsync<JsonElement>("/status", cancellationToken).ConfigureAwait(false), clock.Elapsed);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or HttpRequestException)
        {
            // The run is over.
        }
    }

    /// <inheritdoc />
    public void Dispose() => _client.Dispose();

    private void Look(JsonElement status, TimeSpan now)
    {
        var states = status.GetProperty("accounts").EnumerateArray().ToDictionary(account => account.GetProperty("id").GetString()!);
        for (var upstream = 0; upstream < upstreams; upstream++)
        {
            for (var account = 0; account < accounts; account++)
            {
                var name = ClaudeProxyConfig.NameOf(upstream, account);
                var isResting = states[name].GetProperty("state").GetString() is "cooling_down" or "rate_limited";
                if (!isResting)
                {
                    _resting.Remove(name);
                }
                else if (_resting.Add(name) && !schedule.WasStruck(upstream, account, now - s_lag, now))
                {
                    BenchedWithoutFault.Add($"{name} at {now.TotalSeconds:0.0} s: {states[name].GetProperty("reason").GetString()}");
                }
            }
        }
    }
}
