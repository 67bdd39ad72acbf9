using ClaudeProxy.Abstractions;
using ClaudeProxy.Tests.Support;
using static ClaudeProxy.Tests.Support.RelayAccounts;

namespace ClaudeProxy.Tests.Redis;

/// <summary>What the relay has noted of an account, and what that means. Times are minutes from now.</summary>
public sealed class AccountRulesTests : IAsyncLifetime
{
    private const string Id = "99999999-9999-4999-8999-999999999999";

    private RedisServer _redis = null!;

    public async Task InitializeAsync() => _redis = await RedisServer.StartAsync();

    public async Task DisposeAsync() => await _redis.DisposeAsync();

    [Fact]
    public async Task Sample_SixStates_EachIsReadAsItIs()
    {
        await _redis.AddSampleAsync();

        var accounts = await ReadAsync();

        Assert.Equal([Healthy, Marked, Limited, StaleLimit, Flaky], accounts.Select(account => account.Credential!.RevealHeaderValue()));
        Assert.Equal(["Main A", "Main B", "Limited new", "Limited stale", "Flaky"], accounts.Select(account => account.Name));
        Assert.Equal(
            ["usable", "unavailable 60", "limited 80", "usable", "unavailable 3"],
            accounts.Select(account => Describe(account.Observed)));
        Assert.Equal([50, 10, 50, 50, 50], accounts.Select(account => account.Priority));
        Assert.Equal([50, 1, 10, 180, 4], accounts.Select(account => -MinutesTo(account.Observed.LastUsed!.Value)));
    }

    [Theory]
    [InlineData("usable")]
    [InlineData("usable", "isActive=true", "status=")]
    [InlineData("usable", "status=never_heard_of")]
    [InlineData("never: switched off in the relay", "isActive=false")]
    [InlineData("never: switched off in the relay", "isActive=")]
    [InlineData("never: status error in the relay", "status=error")]
    [InlineData("never: status unauthorized in the relay", "status=unauthorized", "schedulable=false")]
    [InlineData("never: status blocked in the relay", "status=blocked")]
    [InlineData("never: status banned in the relay", "status=banned")]
    [InlineData("never: status oauth_revoked in the relay", "status=oauth_revoked")]
    [InlineData("never: status expired in the relay", "status=expired")]
    [InlineData("never: not signed in to yet", "status=created", "expiresAt=")]
    [InlineData("usable", "status=created")]
    [InlineData("usable", "expiresAt=1000")]
    [InlineData("unavailable 3", "status=temp_error", "tempErrorAt=-2", "schedulable=false", "tempErrorAutoStopped=true")]
    [InlineData("usable", "status=temp_error", "tempErrorAt=-6", "schedulable=false", "tempErrorAutoStopped=true")]
    [InlineData("usable", "tempErrorAt=-6", "schedulable=false", "tempErrorAutoStopped=true")]
    [InlineData("never: status temp_error in the relay", "status=temp_error")]
    [InlineData("never: not schedulable in the relay", "schedulable=false")]
    [InlineData("never: not schedulable in the relay", "schedulable=false", "rateLimitAutoStopped=true")]
    [InlineData("limited 50", "rateLimitStatus=limited", "rateLimitedAt=-10")]
    [InlineData("usable", "rateLimitStatus=limited", "rateLimitedAt=-61")]
    [InlineData("limited 200", "rateLimitStatus=limited", "rateLimitedAt=-61", "rateLimitEndAt=200")]
    [InlineData("usable", "rateLimitStatus=limited", "rateLimitedAt=-10", "rateLimitEndAt=-1")]
    [InlineData("usable", "rateLimitStatus=limited")]
    [InlineData("usable", "rateLimitEndAt=30")]
    [InlineData("limited 30", "schedulable=false", "rateLimitAutoStopped=true", "rateLimitEndAt=30")]
    [InlineData("usable", "schedulable=false", "rateLimitAutoStopped=true", "rateLimitEndAt=-30")]
    [InlineData("never: not schedulable in the relay", "schedulable=false", "rateLimitStatus=limited", "rateLimitedAt=-10")]
    [InlineData("limited 90", "schedulable=false", "fiveHourAutoStopped=true", "sessionWindowEnd=90")]
    [InlineData("usable", "schedulable=false", "fiveHourAutoStopped=true", "sessionWindowEnd=-1")]
    [InlineData("*opus* limited 30", "opusRateLimitedAt=-10", "opusRateLimitEndAt=30")]
    [InlineData("*sonnet* limited 50", "sonnetRateLimitedAt=-10")]
    [InlineData("usable", "haikuRateLimitedAt=-90", "haikuRateLimitEndAt=-30")]
    [InlineData("limited 90", "rateLimitStatus=limited", "rateLimitedAt=-10", "rateLimitEndAt=90", "fableRateLimitEndAt=30")]
    public async Task Fields_OfEachState_MeanWhatTheRelayMeans(string expected, params string[] fields)
    {
        await _redis.AddAccountAsync(Id, [.. fields.Select(Field)]);

        var account = Assert.Single(await ReadAsync());

        Assert.Equal(expected, Describe(account.Observed));
    }

    [Theory]
    [InlineData("temp_unavailable:claude-official:", 10, "unavailable 10")]
    [InlineData("account:overload:", 20, "unavailable 20")]
    [InlineData("account:overload:", null, "usable")]
    [InlineData("temp_unavailable:claude-console:", 10, "usable")]
    public async Task Mark_BesideTheAccount_CountsAsLongAsItsKeyLives(string mark, int? minutes, string expected)
    {
        await _redis.AddAccountAsync(Id);
        string[] ttl = minutes is { } count ? ["EX", $"{count * 60}"] : [];
        await _redis.ExecuteAsync(["SET", mark + Id, """{"expiresAt":"2020-01-01T00:00:00.000Z"}""", .. ttl]);

        var account = Assert.Single(await ReadAsync());

        Assert.Equal(expected, Describe(account.Observed));
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("100", 100)]
    [InlineData("0", 50)]
    [InlineData("", 50)]
    [InlineData("high", 50)]
    public async Task Priority_AsTheRelayWritesIt_IsTheAccounts(string written, int expected)
    {
        await _redis.AddAccountAsync(Id, ("priority", written));

        Assert.Equal(expected, Assert.Single(await ReadAsync()).Priority);
    }

    [Theory]
    [InlineData("dedicated")]
    [InlineData("group")]
    public async Task AccountType_NotShared_IsLeftOutUnlessItHasAKeyOfItsOwn(string type)
    {
        await _redis.AddAccountAsync(Id, ("accountType", type));

        Assert.Empty(await ReadAsync());

        await using var source = await RedisSource.OpenAsync(_redis, ("account_keys", new System.Text.Json.Nodes.JsonObject { [Id] = "cr_one" }));
        Assert.Equal("cr_one", Assert.Single(await source.NextAsync()).Credential!.RevealHeaderValue());
    }

    private async Task<IReadOnlyList<Account>> ReadAsync()
    {
        await using var source = await RedisSource.OpenAsync(_redis);
        return await source.NextAsync();
    }

    private static (string Name, string Value) Field(string text)
    {
        var (name, value) = text.Split('=') is [var before, var after] ? (before, after) : throw new ArgumentException(text, nameof(text));
        var isTime = name.EndsWith("At", StringComparison.Ordinal) || name == "sessionWindowEnd";
        return (name, isTime && name != "expiresAt" ? TimeFromNow(TimeSpan.FromMinutes(int.Parse(value, System.Globalization.CultureInfo.InvariantCulture))) : value);
    }

    private static string Describe(AccountObservation observed) => observed switch
    {
        { UnavailableUntil: { } until } when until == DateTimeOffset.MaxValue => $"never: {observed.Reason}",
        { UnavailableUntil: { } until } when MinutesTo(until) > 0 => $"unavailable {MinutesTo(until)}",
        { RateLimitedUntil: { } until } when MinutesTo(until) > 0 => $"limited {MinutesTo(until)}",
        { ModelsRateLimitedUntil: { Count: 1 } models } when MinutesTo(models.Values.Single()) is > 0 and var minutes => $"{models.Keys.Single()} limited {minutes}",
        _ => "usable",
    };

    private static int MinutesTo(DateTimeOffset time) => (int)Math.Round((time - TimeProvider.System.GetUtcNow()).TotalMinutes);
}
