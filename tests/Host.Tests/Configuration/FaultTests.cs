namespace ClaudeProxy.Tests.Configuration;

public sealed class FaultTests
{
    private const string Duration = ", as a number of seconds or a text such as \"30s\", \"5m\" or \"1h\".";
    private const string Size = ", as a number of bytes or a text such as \"512KiB\" or \"64MiB\".";

    [Theory]
    [InlineData("failover.attempts", "0", "is 0; it must be 1 to 16.")]
    [InlineData("failover.attempts", "17", "is 17; it must be 1 to 16.")]
    [InlineData("failover.attempts", "2.5", "is 2.5; it must be 1 to 16.")]
    [InlineData("failover.attempts", "\"3\"", "is \"3\"; it must be 1 to 16.")]
    [InlineData("failover.deadline", "\"999ms\"", "is \"999ms\"; it must be 1s to 10m" + Duration)]
    [InlineData("failover.retry_sent", "\"yes\"", "is \"yes\"; it must be true or false.")]
    [InlineData("failover.max_body", "1023", "is 1023; it must be 1KiB to 1GiB" + Size)]
    [InlineData("failover.max_body", "\"64 bytes\"", "is \"64 bytes\"; it must be 1KiB to 1GiB" + Size)]
    [InlineData("failover.body_memory", "\"63MiB\"", "is \"63MiB\"; it must be at least max_body, which is 64MiB.")]
    [InlineData("failover", "[]", "is a list; it must be an object { }.")]
    [InlineData("timeouts.connect", "121", "is 121; it must be 100ms to 2m" + Duration)]
    [InlineData("timeouts.first_byte", "\"61m\"", "is \"61m\"; it must be 1s to 1h" + Duration)]
    [InlineData("timeouts.idle", "0", "is 0; it must be 1s to 1h" + Duration)]
    [InlineData("timeouts.write", "true", "is true; it must be 1s to 10m" + Duration)]
    [InlineData("timeouts.drain", "-1", "is -1; it must be 0s to 1d" + Duration)]
    [InlineData("logging.level", "\"info\"", "is \"info\"; it must be trace, debug, information, warning or error.")]
    [InlineData("logging.format", "\"xml\"", "is \"xml\"; it must be text or json.")]
    [InlineData("cooldown", "-60", "is -60; it must be 1s to 1d" + Duration)]
    [InlineData("mode", "\"primary\"", "is \"primary\"; it must be load_balance or fallback.")]
    [InlineData("port", "65536", "is 65536; it must be a number from 0 to 65535.")]
    [InlineData("port", "\"3000 \"", "is \"3000 \"; it must be a number from 0 to 65535.")]
    [InlineData("host", "\"1\"", "is \"1\"; it must be an IP address or localhost.")]
    [InlineData("auth", "{ \"enabled\": true }", "is an object; it must be true or false, with the keys in \"auth_keys\" beside it.")]
    [InlineData("auth", "true", "is true, but there are no keys; list at least one in auth_keys, or set the environment variable AUTH_KEYS.")]
    [InlineData("auth_keys", "[\"a b\"]", "[0] is ***; it must be printable ASCII characters without spaces.")]
    [InlineData("auth_keys", "[\"\"]", "[0] is ***; it must be printable ASCII characters without spaces.")]
    [InlineData("auth_keys", "\"abc\"", "is a text; it must be a list [ ].")]
    [InlineData("admin_keys", "[\"too short\"]", "[0] is ***; it must be 16 or more printable ASCII characters without spaces.")]
    [InlineData("algorithm", "\"Round-Robin\"", "is \"Round-Robin\"; it must be the name of an algorithm, or the path of a .csx file.")]
    [InlineData("policy", "7", "is 7; it must be built_in, middleware, the name of a policy, or the path of a .csx file.")]
    [InlineData("plugins.settings", "{ \"random\": 5 }", ".random is a number; it must be an object { }.")]
    [InlineData("servers", "[]", "is an empty list; list at least one, such as { \"url\": \"https://api.anthropic.com\", \"token\": \"…\" }, or name a source in accounts.")]
    [InlineData("servers", "null", "is missing; list at least one, such as { \"url\": \"https://api.anthropic.com\", \"token\": \"…\" }, or name a source in accounts.")]
    [InlineData("servers", "[7]", "[0] is a number; it must be an object { }.")]
    [InlineData("accounts", "{ \"source\": \"simulator\" }", "is set, and servers too; keep one of them.")]
    public void Read_OneFault_SaysFileSettingValueRuleAndRemedy(string path, string value, string fault)
    {
        var faults = ConfigFolder.FaultsOf(Json.With(path, value));

        Assert.Equal([$"config.json: {path}{(fault.StartsWith("is ", StringComparison.Ordinal) ? " " : "")}{fault}"], faults);
    }

    [Theory]
    [InlineData("url", "null", "is missing; it must be an http or https address without user, password, query and \"#\", such as \"https://api.anthropic.com\".")]
    [InlineData("url", "\"ftp://a\"", "is \"ftp://a\"; it must be an http or https address without user, password, query and \"#\", such as \"https://api.anthropic.com\".")]
    [InlineData("url", "\"api.anthropic.com\"", "is \"api.anthropic.com\"; it must be an http or https address without user, password, query and \"#\", such as \"https://api.anthropic.com\".")]
    [InlineData("url", "\"https://me:pa/s@s@a/?k=v\"", "is \"https://***@a/?***\"; it must be an http or https address without user, password, query and \"#\", such as \"https://api.anthropic.com\".")]
    [InlineData("weight", "-1", "is -1; it must be 1 to 1,000,000.")]
    [InlineData("priority", "1000001", "is 1000001; it must be 0 to 1,000,000.")]
    [InlineData("max_concurrency", "0", "is 0; it must be 1 to 1,000,000.")]
    [InlineData("token", "\"line\\n\"", "is ***; it must be printable ASCII characters without spaces.")]
    [InlineData("token", "[1]", "is a list; it must be printable ASCII characters without spaces.")]
    [InlineData("name", "\" a\"", "is \" a\"; it must be 1 to 64 characters, with no space at either end and no control character.")]
    [InlineData("auth_header", "\"Host\"", "is \"Host\"; it must be the name of a header for credentials, such as \"x-api-key\" or \"authorization\".")]
    [InlineData("models", "[5]", "[0] is 5; it must be the name of a model, in which \"*\" stands for any characters, such as \"claude-haiku-*\".")]
    [InlineData("proxy", "\"https://me:pw@p:1\"", "is \"https://***@p:1\"; it must be http://host:port or socks5://host:port, with user:password@ before the host if it wants them.")]
    [InlineData("http_version", "2", "is 2; it must be \"1.1\" or \"2\".")]
    [InlineData("health_check", "\"/\"", "is a text; it must be an object { }.")]
    [InlineData("health_check", "{}", ".path is missing; it must be a path that begins with \"/\", in ASCII without spaces and \"#\", such as \"/health\".")]
    [InlineData("health_check", "{ \"path\": \"/\", \"interval\": 0 }", ".interval is 0; it must be 1s to 1h" + Duration)]
    [InlineData("balance_check", "[]", "begins with no program; name one, or give the command as one text.")]
    [InlineData("balance_check", "[5]", "[0] is 5; it must be a text in quotes.")]
    [InlineData("balance_check", "5", "is 5; it must be a command for the shell, or a list of a program and its arguments.")]
    [InlineData("balance_check_threshold", "\"1\"", "is \"1\"; it must be a number.")]
    [InlineData("balance_check_interval", "\"2d\"", "is \"2d\"; it must be 1s to 1d" + Duration)]
    [InlineData("balance_check_timeout", "301", "is 301; it must be 1s to 5m" + Duration)]
    public void Read_OneFaultInAServer_SaysWhichServer(string key, string value, string fault)
    {
        var server = Json.Set("""{ "url": "http://b" }""", key, value);

        var faults = ConfigFolder.FaultsOf($$"""{ "servers": [{ "url": "http://a" }, {{server}}] }""");

        Assert.Equal([$"config.json: servers[1].{key}{(fault[0] is '.' or '[' ? "" : " ")}{fault}"], faults);
    }

    [Theory]
    [InlineData("failover.atempts", "Did you mean attempts?")]
    [InlineData("failover.MaxBody", "Did you mean max_body?")]
    [InlineData("auth_key", "Did you mean auth_keys?")]
    [InlineData("Port", "Did you mean port?")]
    [InlineData("attempts", "Did you mean failover.attempts?")]
    [InlineData("token", "Did you mean servers[].token?")]
    [InlineData("circuit_breaker", "Remove it; config.example.json shows every setting.")]
    public void Read_UnknownSetting_SuggestsTheOneThatWasMeant(string path, string remedy)
    {
        var faults = ConfigFolder.FaultsOf(Json.With(path, "1"));

        Assert.Equal([$"config.json: unknown setting {path}. {remedy}"], faults);
    }

    [Fact]
    public void Read_SeveralFaults_ReportsThemAll()
    {
        var faults = ConfigFolder.FaultsOf("""
            {
              "port": true, "prot": 1, "port": 2, "policy": "/nowhere/x.csx",
              "servers": [{ "url": "http://a", "name": "x" }, { "url": "http://b", "name": "x", "wieght": 1 }],
              "accounts": { "source": "redis", "a": { "b": 1, "b": 2 } }
            }
            """);

        Assert.Equal(
            [
                "config.json: port is there twice; keep one of them.",
                "config.json: accounts.a.b is there twice; keep one of them.",
                "config.json: port is true; it must be a number from 0 to 65535.",
                "config.json: policy is \"/nowhere/x.csx\", which does not exist; create that file or correct the path.",
                "config.json: servers[1].name is \"x\", as servers[0].name is; every server needs a name of its own.",
                "config.json: accounts is set, and servers too; keep one of them.",
                "config.json: unknown setting servers[1].wieght. Did you mean weight?",
                "config.json: unknown setting prot. Did you mean port?",
            ],
            faults);
    }

    [Fact]
    public void Read_ScriptInNeitherFolder_NamesBoth()
    {
        using var folder = new ConfigFolder(Json.With("policy", "\"policies/mine.csx\""));

        var fault = Assert.Single(folder.Faults());

        Assert.StartsWith($"config.json: policy is \"policies/mine.csx\", which is in none of {folder.Folder}, ", fault, StringComparison.Ordinal);
        Assert.Contains(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory), fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("192.168.1.5")]
    public void Read_OpenAddressWithoutAuth_IsRefusedUnlessAllowed(string host)
    {
        var open = Json.With("host", $"\"{host}\"");

        Assert.Equal(
            [$"config.json: host is \"{host}\", which others can reach, and auth is false, so that anyone could use your accounts. "
                + "Set auth to true and list auth_keys, or set allow_anonymous to true."],
            ConfigFolder.FaultsOf(open));
        Assert.Empty(ConfigFolder.FaultsOf(Json.Set(open, "allow_anonymous", "true")));
        Assert.Empty(ConfigFolder.FaultsOf(Json.Set(Json.Set(open, "auth", "true"), "auth_keys", "[\"k\"]")));
    }

    [Fact]
    public void Read_OpenAddressFromTheEnvironment_IsRefusedByItsName()
    {
        using var folder = new ConfigFolder { Environment = { ["HOST"] = "0.0.0.0" } };

        Assert.StartsWith("Environment variable HOST is \"0.0.0.0\", which others can reach", Assert.Single(folder.Faults()), StringComparison.Ordinal);

        folder.Environment["ALLOW_ANONYMOUS"] = "true";
        Assert.Empty(folder.Faults());
    }

    [Fact]
    public void Read_KeyInTheWrongPlace_IsNotShown()
    {
        var faults = ConfigFolder.FaultsOf("""{ "algorithm": "sk-ant-api03-abcdef", "sk-ant-api03-ghijkl": 1, "servers": [{ "url": "http://a" }] }""");

        Assert.Equal(
            [
                "config.json: algorithm is ***; it must be the name of an algorithm, or the path of a .csx file.",
                "config.json: unknown setting ***. Remove it; config.example.json shows every setting.",
            ],
            faults);
    }
}
