using System.Collections.Concurrent;
using ClaudeProxy.Extensions;
using ClaudeProxy.Tests.EndToEnd;
using ClaudeProxy.Tests.Reload;
using ClaudeProxy.Tests.Support;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ClaudeProxy.Tests.Stress;

/// <summary>Needs the machine for itself.</summary>
[CollectionDefinition(nameof(StressTests), DisableParallelization = true)]
[Collection(nameof(StressTests))]
public sealed class StressTests
{
    private const int Clients = 32;
    private const int Requests = 2000;
    private const int LeastChanges = 12;

    private static readonly StressUpstream.Mood[] s_moods = Enum.GetValues<StressUpstream.Mood>();

    [Fact]
    public async Task AccountsDieWhileEverythingIsReplaced_NoClientNoticesAndNoByteIsLost()
    {
        await using var steady = await StressUpstream.StartAsync("steady");
        await using var first = await StressUpstream.StartAsync("first");
        await using var second = await StressUpstream.StartAsync("second", HttpProtocols.Http2);
        await using var proxy = await ProxyHarness.StartAsync(StressChanges.FirstConfig(steady), callLimit: CallWatchdog.UsualLimit);
        StressUpstream[] upstreams = [steady, first, second];
        var changes = new StressChanges(proxy, steady, [first, second], new Random(1));
        await changes.PrepareAsync();
        var faults = new ConcurrentQueue<string>();
        var (sent, served, changed) = (0, 0, 0);

        var clients = Enumerable.Range(0, Clients).Select(client => UntilDoneAsync(() => SendAsync(new StressClient(proxy.Client, new Random(client)))));
        await Task.WhenAll([.. clients, UntilDoneAsync(ReplaceAsync), UntilDoneAsync(() => TurnAsync([first, second], new Random(2)))]);

        Assert.True(faults.IsEmpty, string.Join(Environment.NewLine, faults.Take(10)));
        Assert.True(first.Failed + second.Failed > 20, $"Only {first.Failed + second.Failed} requests failed on the way.");
        Assert.True(first.Served + second.Served > 20, $"Only {first.Served + second.Served} requests were served by accounts that die.");
        Assert.Empty(proxy.Logs.Of("Defect"));
        Assert.Empty(proxy.Logs.Of("ReloadFailed"));
        await Eventually.HoldsAsync(() => IsAtRest(proxy));

        bool IsDone() => !faults.IsEmpty || (Volatile.Read(ref served) >= Requests && Volatile.Read(ref changed) >= LeastChanges);

        // Whoever fails ends it for all.
        Task UntilDoneAsync(Func<Task> run) => Task.Run(async () =>
        {
            try
            {
                await run();
            }
            catch (Exception exception)
            {
                faults.Enqueue(exception.ToString());
            }
        });

        async Task SendAsync(StressClient client)
        {
            while (!IsDone())
            {
                var number = Interlocked.Increment(ref sent);
                if (await client.FindFaultAsync(number) is { } fault)
                {
                    faults.Enqueue(fault);
                }

                Array.ForEach(upstreams, upstream => upstream.Ended(number));
                Interlocked.Increment(ref served);
            }
        }

        async Task ReplaceAsync()
        {
            while (!IsDone())
            {
                await changes.MakeAsync();
                Interlocked.Increment(ref changed);
            }
        }

        async Task TurnAsync(StressUpstream[] dying, Random random)
        {
            for (var turn = 0; !IsDone(); turn++)
            {
                var next = Volatile.Read(ref served) + 20;
                await dying[turn % 2].TurnAsync(random.Next(3) == 0 ? StressUpstream.Mood.Healthy : s_moods[random.Next(s_moods.Length)]);
                await Eventually.HoldsAsync(() => IsDone() || Volatile.Read(ref served) >= next);
            }
        }
    }

    private static bool IsAtRest(ProxyHarness proxy)
    {
        var status = proxy.StatusAsync().Result;
        return status.GetProperty("requests_in_flight").GetInt32() == 0
            && status.GetProperty("body_memory_used").GetInt64() == 0
            && status.GetProperty("accounts").EnumerateArray().All(account => account.GetProperty("in_flight").GetInt32() == 0);
    }
}
