using System.Text.Json.Nodes;
using ClaudeProxy.Abstractions;
using ClaudeProxy.Tests.Support;
using static ClaudeProxy.Tests.Support.RelayAccounts;

namespace ClaudeProxy.Tests.Redis;

public sealed class RedisAccountsTests : IAsyncLifetime
{
    private RedisServer _redis = null!;

    public async Task InitializeAsync() => _redis = await RedisServer.StartAsync();

    public async Task DisposeAsync() => await _redis.DisposeAsync();

    [Fact]
    public async Task Accounts_WithAndWithoutKeysOfTheirOwn_ShowTheRelayIdOrKey()
    {
        await _redis.AddManyAsync(2);
        await using var source = await RedisSource.OpenAsync(
            _redis, ("target_url", "https://relay.example/base"), ("account_keys", new JsonObject { [NumberedId(1)] = "cr_bound_to_1" }));

        var accounts = await source.NextAsync();

        Assert.Equal([NumberedId(0), "cr_bound_to_1"], accounts.Select(account => account.Credential!.RevealHeaderValue()));
        Assert.All(accounts, account => Assert.Equal("x-api-key", account.Credential!.HeaderName));
        Assert.All(accounts, account => Assert.Equal("https://relay.example/base", account.Upstream.ToString()));
        Assert.All(accounts, account => Assert.Null(account.EgressProxy));
    }

    [Fact]
    public async Task NoIndex_AccountsAreFoundByTheirKeys()
    {
        await _redis.AddSampleAsync();
        await _redis.ExecuteAsync("DEL", "claude:account:index");
        await _redis.ExecuteAsync("SETEX", "claude:account:index:empty", "3600", "1");
        await using var source = await RedisSource.OpenAsync(_redis);

        var accounts = await source.NextAsync();

        Assert.Equal([Healthy, Marked, Limited, StaleLimit, Flaky], accounts.Select(account => account.Credential!.RevealHeaderValue()));
    }

    [Fact]
    public async Task ForeignKeys_AreToleratedWithOneWarning()
    {
        await _redis.AddSampleAsync();
        await _redis.ExecuteAsync("SADD", "claude:account:index", "junk", "gone", "77777777-7777-4777-8777-777777777777");
        await using var source = await RedisSource.OpenAsync(_redis, ("refresh", "1s"));

        Assert.Equal(5, (await source.NextAsync()).Count);
        Assert.Equal(5, (await source.NextAsync()).Count);

        var warning = Assert.Single(source.Logs.Entries, entry => entry.Level == Microsoft.Extensions.Logging.LogLevel.Warning);
        Assert.Contains("3 keys", warning.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task IndexOfAnotherType_IsTolerated()
    {
        await _redis.ExecuteAsync("SET", "claude:account:index", "x");
        await using var source = await RedisSource.OpenAsync(_redis);

        Assert.Empty(await source.NextAsync());
    }

    [Fact]
    public async Task Changes_ShowAtTheNextRefresh()
    {
        await _redis.AddManyAsync(2);
        await using var source = await RedisSource.OpenAsync(_redis, ("refresh", "1s"));
        Assert.Equal(2, (await source.NextAsync()).Count);

        await _redis.AddAccountAsync(Healthy);
        await _redis.ChangeAccountAsync(NumberedId(0), ("isActive", "false"));
        var accounts = await source.NextAsync();

        Assert.Equal(3, accounts.Count);
        Assert.Equal(DateTimeOffset.MaxValue, accounts[0].Observed.UnavailableUntil);
    }

    [Fact]
    public async Task Changes_ShowAtOnceWhereTheServerGivesNotice()
    {
        await _redis.ExecuteAsync("CONFIG", "SET", "notify-keyspace-events", "KEA");
        await _redis.AddManyAsync(1);
        await using var source = await RedisSource.OpenAsync(_redis, ("refresh", "1h"));
        await source.NextAsync();

        await _redis.ExecuteAsync("SETEX", $"temp_unavailable:claude-official:{NumberedId(0)}", "60", "{}");
        var accounts = await source.NextAsync();

        Assert.NotNull(accounts[0].Observed.UnavailableUntil);
    }

    [Fact]
    public async Task RedisIsAwayAtFirst_SaysSoOnceAndConnectsWhenItComes()
    {
        await using var redis = RedisServer.Prepare();
        await using var source = await RedisSource.OpenAsync(redis, ("timeout", "1s"));

        var failure = await Assert.ThrowsAnyAsync<Exception>(() => source.NextAsync());
        var second = source.NextAsync();
        await redis.RunAsync();
        await redis.AddManyAsync(1);

        Assert.Contains($"Redis at 127.0.0.1:{redis.Port} cannot be reached", failure.Message, StringComparison.Ordinal);
        await second;
    }

    [Fact]
    public async Task RedisGoesAndComesBack_SaysSoAtOnceAndReadsTheNewList()
    {
        await _redis.AddManyAsync(2);
        await using var source = await RedisSource.OpenAsync(_redis, ("refresh", "1h"));
        await source.NextAsync();

        var next = source.NextAsync();
        await _redis.KillAsync();
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => next);
        var again = source.NextAsync(accounts => accounts.Count == 3);
        await _redis.RunAsync();
        await _redis.ExecuteAsync("CONFIG", "SET", "notify-keyspace-events", "KEA");
        await _redis.AddManyAsync(3);

        Assert.StartsWith($"Redis at 127.0.0.1:{_redis.Port}", failure.Message, StringComparison.Ordinal);
        Assert.Equal(3, (await again).Count);
    }

    [Fact]
    public async Task Password_IsShownToTheServerAndToNobodyElse()
    {
        await using var redis = await RedisServer.StartAsync("--requirepass", "s3cret");
        await using var right = await RedisSource.OpenAsync(redis, ("password", "s3cret"));
        await using var wrong = await RedisSource.OpenAsync(redis, ("password", "wr0ng"), ("timeout", "1s"));
        await using var none = await RedisSource.OpenAsync(redis, ("timeout", "1s"));

        Assert.Empty(await right.NextAsync());
        foreach (var source in (RedisSource[])[wrong, none])
        {
            var failure = await Assert.ThrowsAnyAsync<Exception>(() => source.NextAsync());
            Assert.StartsWith($"Redis at 127.0.0.1:{redis.Port}", failure.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("wr0ng", failure.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task OtherDatabaseAndPrefix_AreRead()
    {
        await using var client = await _redis.ConnectAsync();
        await client.ExecuteAllAsync([["SELECT", "5"], .. AddAccount(Healthy), ["RENAME", KeyOf(Healthy), $"my:{Healthy}"], ["SADD", "my:index", Healthy]]);
        await using var source = await RedisSource.OpenAsync(_redis, ("database", 5), ("prefix", "my:"));

        Assert.Equal(Shown(Healthy), Assert.Single(await source.NextAsync()).Id);
    }

    [Fact]
    public async Task SeveralEndpoints_OneThatLivesIsEnough()
    {
        await using var dead = RedisServer.Prepare();
        await _redis.AddManyAsync(1);
        await using var source = await RedisSource.OpenAsync(("endpoints", new JsonArray(dead.Address, _redis.Address)), ("timeout", "1s"));

        Assert.Single(await source.NextAsync());
    }

    [Fact]
    public async Task TenThousandAccounts_LoadInUnderTwoSeconds()
    {
        await _redis.AddManyAsync(10_000);
        await using var source = await RedisSource.OpenAsync(_redis, ("refresh", "1s"));

        // A machine that is busy with other tests gets more than one chance.
        var took = new List<double>();
        do
        {
            Assert.Equal(10_000, (await source.NextAsync()).Count);
            var reading = source.Logs.Entries.Last(entry => entry.EventId.Name == "AccountsRead");
            took.Add((double)reading.Values.Single(value => value.Key == "ElapsedMs").Value!);
        }
        while (took[^1] >= 2000 && took.Count < 10);

        Assert.True(took[^1] < 2000, $"It took {string.Join(", ", took)} ms.");
    }

    [Theory]
    [InlineData("""{}""", "target_url is missing")]
    [InlineData("""{"target_url":"relay:3001"}""", "target_url must be the http or https address of the relay")]
    [InlineData("""{"target_url":"http://u:p@relay"}""", "target_url must be the http or https address of the relay")]
    [InlineData("""{"target_url":"http://r","port":0}""", "port is 0; it must be a whole number from 1 to 65535")]
    [InlineData("""{"target_url":"http://r","endpoints":["a:x"]}""", "endpoints must be a list of servers")]
    [InlineData("""{"target_url":"http://r","endpoints":[]}""", "endpoints must be a list of servers")]
    [InlineData("""{"target_url":"http://r","endpoints":["a"],"host":"b"}""", "endpoints is set, and host too")]
    [InlineData("""{"target_url":"http://r","account_keys":["cr_x"]}""", "account_keys must be an object")]
    [InlineData("""{"target_url":"http://r","account_keys":{"a":"cr x"}}""", "account_keys.a must be a key of the relay")]
    [InlineData("""{"target_url":"http://r","prefix":"a*"}""", "prefix must be what the keys begin with")]
    [InlineData("""{"target_url":"http://r","refresh":"1ms"}""", "refresh is a text; it must be a duration from 1s to 1h")]
    [InlineData("""{"target_url":"http://r","paswort":"x"}""", "paswort is not a setting")]
    public async Task Settings_ThatDoNotFit_AreNamedWithTheirRule(string settings, string expected)
    {
        await using var catalog = ClaudeProxy.Plugins.PluginCatalog.Load(
            [Plugins.PluginFolder.Shipped], previous: null, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);
        Assert.True(catalog.TryGetAccountSource("redis_accounts", out var offer));

        var exception = await Assert.ThrowsAsync<PluginSettingsException>(() => offer.CreateAsync(Some.PluginContext(settings)).AsTask());

        Assert.StartsWith($"config.json: accounts.{expected}", exception.Message, StringComparison.Ordinal);
    }
}
