using ClaudeProxy.Abstractions;
using ClaudeProxy.Configuration;
using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Tests.Configuration;

public sealed class ConfigurationReaderTests
{
    [Fact]
    public void Read_OneServer_LeavesEverythingElseAtItsDefault()
    {
        using var folder = new ConfigFolder();

        var options = folder.Read();

        Assert.Equal(folder.ConfigFile, options.ConfigPath);
        Assert.Equal(folder.Folder, options.BaseDirectory);
        Assert.Equal(("127.0.0.1", 3000), (options.Host, options.Port));
        Assert.Equal((false, false, false), (options.Auth, options.AllowAnonymous, options.Fallback));
        Assert.Equal(("round_robin", "built_in"), (options.Algorithm, options.Policy));
        Assert.Equal(TimeSpan.FromSeconds(60), options.Cooldown);
        Assert.Equal(new FailoverOptions(), options.Failover);
        Assert.Equal(new TimeoutOptions(), options.Timeouts);
        Assert.Equal(new LoggingOptions(), options.Logging);
        Assert.Equal(Path.Combine(folder.Folder, "plugins"), options.Plugins.Folder);
        Assert.Equal(1, Assert.Single(options.Servers).Weight);
    }

    [Fact]
    public void Read_CommentsTrailingCommasAndByteOrderMark_AreAllowed()
    {
        var options = ConfigFolder.Read("\uFEFF" + """
            {
              // one
              "port": 4000, /* two */
              "servers": [{ "url": "http://a", },],
            }
            """);

        Assert.Equal(4000, options.Port);
    }

    [Fact]
    public void Read_FullServer_KeepsEverySetting()
    {
        var options = ConfigFolder.Read("""
            { "servers": [{
                "url": "https://relay.example/base/", "token": "sk-ant-1", "name": "main", "weight": 5, "priority": 2, "max_concurrency": 7,
                "auth_header": "x-api-key", "models": ["claude-*"], "proxy": "socks5://me:p%40ss@10.0.0.1", "http_version": "2",
                "health_check": { "path": "/health?x=1", "interval": "5s" },
                "balance_check": ["balance", "--of", ""], "balance_check_interval": "1m", "balance_check_threshold": 1.5, "balance_check_timeout": 3
            }] }
            """);

        var server = Assert.Single(options.Servers);
        Assert.Equal(("main", 5, 2, 7), (server.Name, server.Weight, server.Priority, server.MaxConcurrency));
        Assert.Equal(new Uri("https://relay.example/base/"), server.Url);
        Assert.Equal(("sk-ant-1", "x-api-key"), (server.Token.Reveal(), server.AuthHeader));
        Assert.Equal(["claude-*"], server.Models);
        Assert.Equal(new EgressProxy(new Uri("socks5://10.0.0.1:1080")) { UserName = "me", Password = new Secret("p@ss") }, server.Proxy);
        Assert.Equal(new Version(2, 0), server.HttpVersion);
        Assert.Equal(new HealthCheckOptions { Path = "/health?x=1", Interval = TimeSpan.FromSeconds(5) }, server.HealthCheck);
        Assert.Equal(["balance", "--of", ""], server.BalanceCheck!.Command);
        Assert.Equal((TimeSpan.FromMinutes(1), 1.5m, TimeSpan.FromSeconds(3)), (server.BalanceCheck.Interval, server.BalanceCheck.Threshold, server.BalanceCheck.Timeout));
    }

    [Fact]
    public void Read_Sections_KeepEverySetting()
    {
        using var folder = new ConfigFolder("""
            {
              "host": "::1", "port": "0", "auth": true, "auth_keys": ["k1", "k2"], "allow_anonymous": true, "mode": "fallback", "cooldown": "2m",
              "servers": [{ "url": "http://a" }],
              "plugins": { "folder": "more", "settings": { "random": { "seed": 1 } } },
              "failover": { "attempts": 5, "deadline": 90, "retry_sent": false, "max_body": "2MB", "body_memory": 4194304 },
              "timeouts": { "connect": "200ms", "first_byte": "1m", "idle": 7, "write": "2s", "drain": 0 },
              "logging": { "level": "warning", "format": "json", "file": "logs/a.log" }
            }
            """);

        var options = folder.Read();

        Assert.Equal(("::1", 0, true, true), (options.Host, options.Port, options.Auth, options.AllowAnonymous));
        Assert.Equal(["k1", "k2"], options.AuthKeys.Select(key => key.Reveal()));
        Assert.Equal((BalancingMode.Fallback, TimeSpan.FromMinutes(2)), (options.Mode, options.Cooldown));
        Assert.Equal(Path.Combine(folder.Folder, "more"), options.Plugins.Folder);
        Assert.Equal(1, options.Plugins.Settings["random"].GetProperty("seed").GetInt32());
        Assert.Equal(
            new FailoverOptions { Attempts = 5, Deadline = TimeSpan.FromSeconds(90), RetrySent = false, MaxBody = 2_000_000, BodyMemory = 4L << 20 },
            options.Failover);
        Assert.Equal(
            new TimeoutOptions
            {
                Connect = TimeSpan.FromMilliseconds(200), FirstByte = TimeSpan.FromMinutes(1), Idle = TimeSpan.FromSeconds(7),
                Write = TimeSpan.FromSeconds(2), Drain = TimeSpan.Zero,
            },
            options.Timeouts);
        Assert.Equal(
            new LoggingOptions { Level = LogLevel.Warning, Format = LogFormat.Json, File = Path.Combine(folder.Folder, "logs", "a.log") },
            options.Logging);
    }

    [Fact]
    public void Read_Accounts_HandsTheSourceItsOwnSettings()
    {
        using var folder = new ConfigFolder("""{ "accounts": { "source": "redis", "address": "${REDIS}", "list": [{ "a": "$${b}" }] } }""");
        folder.Environment["REDIS"] = "redis:6379";

        var accounts = folder.Read().Accounts!;

        Assert.Equal("redis", accounts.Source);
        Assert.Equal("""{"address":"redis:6379","list":[{"a":"${b}"}]}""", accounts.Settings.GetRawText());
        Assert.DoesNotContain("6379", accounts.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{}""", false)]
    [InlineData("""{ "mode": "fallback" }""", true)]
    [InlineData("""{ "mode": "fallback", "fallback": false }""", false)]
    [InlineData("""{ "mode": "load_balance", "fallback": true }""", true)]
    public void Read_FallbackUnset_FollowsTheMode(string settings, bool fallback)
    {
        var options = ConfigFolder.Read(WithServer(settings));

        Assert.Equal(fallback, options.Fallback);
    }

    [Fact]
    public void Read_EmptyZeroAndNull_MeanNotSetAsTheyDidInClaudeCodeLb()
    {
        var options = ConfigFolder.Read("""
            {
              "port": "", "algorithm": "", "mode": "", "cooldown": 0, "auth": null,
              "servers": [{ "url": "http://a", "weight": 0, "token": "", "balance_check": "x", "balance_check_interval": 0 }]
            }
            """);

        Assert.Equal((3000, "round_robin", BalancingMode.LoadBalance, 60), (options.Port, options.Algorithm, options.Mode, options.Cooldown.TotalSeconds));
        Assert.Equal((1, true, 300), (options.Servers[0].Weight, options.Servers[0].Token.IsEmpty, options.Servers[0].BalanceCheck!.Interval.TotalSeconds));
    }

    [Fact]
    public void Read_BalanceCheckAsText_GoesToTheShellAsItIs()
    {
        var options = ConfigFolder.Read("""{ "servers": [{ "url": "http://a", "balance_check": "curl -H \"x: ${KEY}\" x | jq .b" }] }""");

        Assert.Equal(["/bin/sh", "-c", "curl -H \"x: ${KEY}\" x | jq .b"], options.Servers[0].BalanceCheck!.Command);
    }

    [Theory]
    [InlineData("""{ "debug": true }""", null, LogLevel.Debug)]
    [InlineData("""{ "debug": true, "logging": { "level": "error" } }""", null, LogLevel.Error)]
    [InlineData("""{ "debug": true, "logging": { "level": "error" } }""", "trace", LogLevel.Trace)]
    public void Read_LogLevel_OptionBeforeLevelBeforeDebug(string settings, string? option, LogLevel level)
    {
        using var folder = new ConfigFolder(WithServer(settings)) { Overrides = new ConfigurationOverrides { LogLevel = option } };

        Assert.Equal(level, folder.Read().Logging.Level);
    }

    [Fact]
    public void Read_ScriptBesideTheConfiguration_IsFoundThere()
    {
        using var folder = new ConfigFolder(WithServer("""{ "policy": "mine.csx", "algorithm": "pick.csx" }"""));
        File.WriteAllText(Path.Combine(folder.Folder, "mine.csx"), "");
        File.WriteAllText(Path.Combine(folder.Folder, "pick.csx"), "");

        var options = folder.Read();

        Assert.Equal(Path.Combine(folder.Folder, "mine.csx"), options.Policy);
        Assert.Equal(Path.Combine(folder.Folder, "pick.csx"), options.Algorithm);
    }

    [Fact]
    public void Read_ScriptBesideTheProgramOnly_IsFoundThere()
    {
        var name = $"{Guid.NewGuid():N}.csx";
        var shipped = Path.Combine(AppContext.BaseDirectory, name);
        File.WriteAllText(shipped, "");

        try
        {
            Assert.Equal(shipped, ConfigFolder.Read(WithServer($$"""{ "policy": "{{name}}" }""")).Policy);
        }
        finally
        {
            File.Delete(shipped);
        }
    }

    [Fact]
    public void ForDemo_NeedsNoFile_AndObeysTheOptions()
    {
        var options = ConfigurationReader.ForDemo(new Dictionary<string, string>(), new ConfigurationOverrides { Port = "0" });

        Assert.Null(options.ConfigPath);
        Assert.Equal(("127.0.0.1", 0, true, "round_robin"), (options.Host, options.Port, options.Fallback, options.Algorithm));
        Assert.Equal("simulator", options.Accounts!.Source);
        Assert.Equal("""{"accounts":3,"flaky":1}""", options.Accounts.Settings.GetRawText());
    }

    private static string WithServer(string settings) =>
        $$"""{ "servers": [{ "url": "http://a" }], {{settings.Trim()[1..]}}""";
}
