using System.Net;
using ClaudeProxy.Tests.Support;
using static ClaudeProxy.Tests.Support.RelayAccounts;

namespace ClaudeProxy.Tests.EndToEnd;

public sealed class RelayRunTests
{
    private const int Clients = 16, Accounts = 6;

    [Fact]
    public async Task RedisDiesAndAccountsChangeWhileClientsSend_NoClientSeesAnError()
    {
        // A Redis that keeps its data, as the relay's does.
        await using var run = await RelayHarness.StartAsync(Accounts, redisArguments: ["--appendonly", "yes"]);
        using var stop = new CancellationTokenSource();
        var clients = Enumerable.Range(0, Clients).Select(_ => SendUntilAsync(run, stop.Token)).ToArray();
        await ServeAsync(run, 100);

        await run.Redis.KillAsync();
        await Eventually.HoldsAsync(() => SourceError(run) is not null, "the loss of Redis is told");
        await ServeAsync(run, 100);
        Assert.Equal(Accounts, (await run.Proxy.StatusAsync()).GetProperty("accounts").GetArrayLength());
        await run.Redis.RunAsync();
        await Eventually.HoldsAsync(() => SourceError(run) is null, "Redis is read again");

        run.RelayKnows(Accounts + 1);
        await run.Redis.AddManyAsync(Accounts + 1);
        await Eventually.HoldsAsync(() => run.Relay.Requests.Any(request => request.Token == NumberedId(Accounts)), "the new account serves");

        await run.Redis.ChangeAccountAsync(
            NumberedId(1), ("rateLimitStatus", "limited"), ("rateLimitedAt", TimeFromNow(TimeSpan.Zero)), ("rateLimitEndAt", TimeFromNow(TimeSpan.FromHours(1))));
        await Eventually.HoldsAsync(() => StateOf(run, 1) == "rate_limited", "the limit in Redis counts");

        run.Relay.Forgets(NumberedId(2));
        await run.Redis.ChangeAccountAsync(NumberedId(2), ("isActive", "false"));
        await Eventually.HoldsAsync(() => StateOf(run, 2) == "unusable", "the account is switched off");

        run.Relay.Knows(NumberedId(3), RelayAnswer.LimitedFor(TimeSpan.FromHours(1)));
        await Eventually.HoldsAsync(() => StateOf(run, 3) == "rate_limited", "the limit that the relay answers counts");
        await ServeAsync(run, 100);

        await stop.CancelAsync();
        var sent = await Task.WhenAll(clients).InTime();
        Assert.All(sent, count => Assert.True(count > 0));
        Assert.Equal(
            ["usable", "rate_limited", "unusable", "rate_limited", "usable", "usable", "usable"],
            Enumerable.Range(0, Accounts + 1).Select(number => StateOf(run, number)));
        Assert.DoesNotContain(run.Proxy.Logs.Entries, entry => entry.EventId.Name == "CoolingDown");
    }

    /// <summary>Sends one request after the other; each must be served.</summary>
    private static async Task<int> SendUntilAsync(RelayHarness run, CancellationToken stop)
    {
        var count = 0;
        for (; !stop.IsCancellationRequested; count++)
        {
            using var response = await run.Proxy.PostMessageAsync();
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        return count;
    }

    /// <summary>Waits until so many more requests have reached the relay.</summary>
    private static Task ServeAsync(RelayHarness run, int more)
    {
        var before = run.Relay.Requests.Count;
        return Eventually.HoldsAsync(() => run.Relay.Requests.Count >= before + more, $"{more} more requests");
    }

    private static string? SourceError(RelayHarness run) =>
        run.Proxy.StatusAsync().GetAwaiter().GetResult().GetProperty("account_source").GetProperty("error").GetString();

    private static string? StateOf(RelayHarness run, int number) => run.Proxy.StateOfAsync(Shown(NumberedId(number))).GetAwaiter().GetResult();
}
