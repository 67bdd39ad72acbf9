using ClaudeProxy.Speed.Candidates;
using ClaudeProxy.Speed.Cases;
using ClaudeProxy.Speed.Growth;

namespace ClaudeProxy.Speed;

/// <summary>All loads, in the order of the table.</summary>
internal static class SpeedCases
{
    private const int Kilobyte = 1024, Megabyte = 1024 * Kilobyte;

    /// <summary>Every case; those of growth come last.</summary>
    public static IReadOnlyList<ICase> All { get; } =
    [
        new SmallPosts(),
        new OneConnection(),
        new LargeBodies("100 KB", 100 * Kilobyte),
        new LargeBodies("1 MB", Megabyte),
        new Streams(),
        new QuietStreams(2000),
        new QuietStreams(8000),
        new BodiesAtOnce(),
        new Start("start, built-in policy", "built_in"),
        new Start("start, script compiled before", "policies/default.csx"),
        new Failover("first account refuses connections", _ => Ports.Free()),
        new Failover("first account resets", upstream => upstream.ResettingPort),
        new Failover("first account answers 529", upstream => upstream.OverloadedPort),
        .. new[] { 1, 10, 100, 1000, 10_000 }.Select(accounts => new GrowingAccounts(accounts)),
        .. new[] { 100, 500, 1000, 2000, 4000, 8000 }.Select(streams => new GrowingStreams(streams)),
        new GrowingBodies("1 KB", Kilobyte),
        new GrowingBodies("10 KB", 10 * Kilobyte),
        new GrowingBodies("100 KB", 100 * Kilobyte),
        new GrowingBodies("1 MB", Megabyte),
        new GrowingBodies("8 MB", 8 * Megabyte),
        new GrowingBodies("32 MB", 32 * Megabyte),
    ];
}
