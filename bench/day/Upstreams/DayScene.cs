using System.Globalization;
using ClaudeProxy.Plugins.Simulator;

namespace ClaudeProxy.Day.Upstreams;

/// <summary>The accounts of a day, and what goes wrong with them.</summary>
/// <param name="Accounts">The accounts.</param>
/// <param name="Outages">What goes wrong.</param>
internal sealed record DayScene(IReadOnlyList<DayAccount> Accounts, IReadOnlyList<Outage> Outages)
{
    // A workspace's limits go with its keys, so that accounts of equal weight are worth the same. The API's figures for an organization
    // that has just outgrown the first tiers are of this size.
    private const int RequestsOfKey = 60, InputTokensOfKey = 120_000, OutputTokensOfKey = 24_000;

    /// <summary>Six accounts in four workspaces. A quarter of the day has gone when a key is refused for 20 minutes; seven tenths, when a
    /// workspace of two keys is overloaded for 10.</summary>
    public static DayScene OfTeam(DateTimeOffset begin, TimeSpan length)
    {
        int[] keys = [2, 2, 1, 1];
        var accounts = new List<DayAccount>();
        foreach (var (index, count) in keys.Index())
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{index + 1}");
            var budget = new RateBudget(count * RequestsOfKey, count * InputTokensOfKey, count * OutputTokensOfKey);
            var workspace = new SimulatedWorkspace($"wrkspc_{name}", $"org_{name}", budget);
            accounts.AddRange(Enumerable.Range(0, count).Select(number => new DayAccount($"key-{name}{(char)('a' + number)}", workspace)));
        }

        var (refused, overloaded) = (begin + (length / 4), begin + (length * 0.7));
        return new DayScene(accounts,
        [
            new Outage(account => account.Name == "key-1a", 401, refused, refused + TimeSpan.FromMinutes(20)),
            new Outage(account => account.Workspace.Id == "wrkspc_2", 529, overloaded, overloaded + TimeSpan.FromMinutes(10)),
        ]);
    }

    /// <summary>What nobody has: one account without limits, with which nothing goes wrong.</summary>
    public static DayScene Ideal()
    {
        var workspace = new SimulatedWorkspace("wrkspc_0", "org_0", new RateBudget(int.MaxValue, int.MaxValue, int.MaxValue));
        return new DayScene([new DayAccount("ideal", workspace)], []);
    }
}
