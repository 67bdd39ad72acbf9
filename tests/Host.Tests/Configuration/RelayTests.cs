using ClaudeProxy.Configuration;

namespace ClaudeProxy.Tests.Configuration;

/// <summary>A relay keeps the accounts: from the environment alone, as the Claude middleware started, or from a file.</summary>
public sealed class RelayTests
{
    private readonly Dictionary<string, string> _environment = new() { ["TARGET_URL"] = "http://relay:3001" };

    [Fact]
    public void Environment_NothingButTheTarget_HasTheMiddlewaresDefaults()
    {
        var options = Read();

        Assert.True(options.IsRelay);
        Assert.Equal(("127.0.0.1", 8080, false), (options.Host, options.Port, options.Auth));
        Assert.Equal(("least_recently_used", "middleware", true), (options.Algorithm, options.Policy, options.Fallback));
        Assert.Equal((TimeSpan.FromSeconds(300), TimeSpan.FromSeconds(300)), (options.Timeouts.FirstByte, options.Timeouts.Idle));
        Assert.Equal("redis_accounts", options.Accounts!.Source);
        Assert.Equal(
            """{"target_url":"http://relay:3001","host":"localhost","port":6379,"database":0,"tls":false}""",
            options.Accounts.Settings.GetRawText());
    }

    [Fact]
    public void Environment_Everything_IsTakenOver()
    {
        foreach (var (name, value) in (IEnumerable<(string, string)>)
            [("REDIS_HOST", "redis"), ("REDIS_PORT", "6380"), ("REDIS_PASSWORD", "${p}\"x"), ("REDIS_DB", "5"), ("REDIS_ENABLE_TLS", "true"),
             ("PORT", "9000"), ("PROXY_TIMEOUT", "60"), ("GIN_MODE", "production"), ("HOST", "127.0.0.2"),
             ("MIDDLEWARE_AUTH_ENABLED", "true"), ("MIDDLEWARE_API_KEYS", "cr_one, cr_${two}")])
        {
            _environment[name] = value;
        }

        var options = Read();

        Assert.Equal(("127.0.0.2", 9000, true), (options.Host, options.Port, options.Auth));
        Assert.Equal(["cr_one", "cr_${two}"], options.AuthKeys.Select(key => key.Reveal()));
        Assert.Equal((TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(60)), (options.Timeouts.FirstByte, options.Timeouts.Idle));
        var settings = options.Accounts!.Settings;
        Assert.Equal(
            ("redis", 6380, "${p}\"x", 5, true),
            (settings.GetProperty("host").GetString(), settings.GetProperty("port").GetInt32(), settings.GetProperty("password").GetString(),
                settings.GetProperty("database").GetInt32(), settings.GetProperty("tls").GetBoolean()));
    }

    [Fact]
    public void Environment_QuotesAroundNothingOrAKubernetesAddress_AreUnderstood()
    {
        _environment["REDIS_PASSWORD"] = "\"\"";
        _environment["REDIS_PORT"] = "tcp://10.0.0.1:6381";

        var settings = Read().Accounts!.Settings;

        Assert.False(settings.TryGetProperty("password", out _));
        Assert.Equal(6381, settings.GetProperty("port").GetInt32());
    }

    [Theory]
    [InlineData("MIDDLEWARE_AUTH_ENABLED", "false", "127.0.0.1")]
    [InlineData("ALLOW_ANONYMOUS", "true", "0.0.0.0")]
    [InlineData("AUTH_KEYS", "one", "0.0.0.0")]
    public void Environment_NoHost_ListensForOthersOnlyIfSomebodyAnswersForIt(string name, string value, string host)
    {
        _environment[name] = value;

        Assert.Equal(host, Read().Host);
    }

    [Theory]
    [InlineData("PROXY_TIMEOUT", "soon", "Environment variable PROXY_TIMEOUT is \"soon\"; it must be 1s to 1h, as a number of seconds or a text such as \"30s\", \"5m\" or \"1h\".")]
    [InlineData("REDIS_PORT", "0", "Environment variable REDIS_PORT is \"0\"; it must be a number from 1 to 65535.")]
    [InlineData("REDIS_DB", "a", "Environment variable REDIS_DB is \"a\"; it must be a number from 0 to 1000000.")]
    [InlineData("MIDDLEWARE_AUTH_ENABLED", "1", "Environment variable MIDDLEWARE_AUTH_ENABLED is \"1\"; it must be true or false.")]
    [InlineData("HOST", "0.0.0.0", "Environment variable HOST is \"0.0.0.0\", which others can reach, and auth is false, so that anyone could use your accounts. "
        + "Set auth to true and list auth_keys, or set allow_anonymous to true.")]
    [InlineData("MIDDLEWARE_AUTH_ENABLED", "true", "Environment variable MIDDLEWARE_AUTH_ENABLED is true, so MIDDLEWARE_API_KEYS must be one or more keys "
        + "with commas between them, each of printable ASCII characters without spaces.")]
    public void Environment_WrongValue_IsNamedWithItsRule(string name, string value, string sentence)
    {
        _environment[name] = value;

        Assert.Equal([sentence], Assert.Throws<ConfigurationException>(Read).Faults);
    }

    [Fact]
    public void Environment_TargetIsNoAddress_IsNamed()
    {
        _environment["TARGET_URL"] = "relay:3001";

        Assert.StartsWith("Environment variable TARGET_URL is ", Assert.Single(Assert.Throws<ConfigurationException>(Read).Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void File_TargetUrlInAccounts_MeansARelay()
    {
        var options = ConfigFolder.Read("""{ "accounts": { "source": "redis_accounts", "target_url": "http://relay:3001" } }""");

        Assert.True(options.IsRelay);
        Assert.Equal(("least_recently_used", "middleware", true), (options.Algorithm, options.Policy, options.Fallback));
    }

    [Fact]
    public void File_SaysOtherwise_IsFollowed()
    {
        var options = ConfigFolder.Read(
            """
            {
              "accounts": { "source": "redis_accounts", "target_url": "http://relay:3001" },
              "algorithm": "random", "policy": "built_in", "fallback": false
            }
            """);

        Assert.Equal(("random", "built_in", false), (options.Algorithm, options.Policy, options.Fallback));
    }

    [Theory]
    [InlineData("TARGET_URL", true)]
    [InlineData("REDIS_HOST", true)]
    [InlineData("REDIS_PASSWORD", true)]
    [InlineData("PORT", false)]
    [InlineData("MY_REDIS_HOST", false)]
    public void IsGiven_SaysWhereTheRelayOrItsRedisIs(string name, bool expected)
    {
        Assert.Equal(expected, RelayEnvironment.IsGiven(new Dictionary<string, string> { [name] = "x" }));
        Assert.False(RelayEnvironment.IsGiven(new Dictionary<string, string> { [name] = "" }));
    }

    private ProxyOptions Read() => ConfigurationReader.ForRelay(_environment, ConfigurationOverrides.None);
}
