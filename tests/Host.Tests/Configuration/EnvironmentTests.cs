using ClaudeProxy.Configuration;

namespace ClaudeProxy.Tests.Configuration;

public sealed class EnvironmentTests
{
    private const string File = """{ "host": "127.0.0.2", "port": 1, "servers": [{ "url": "http://a" }] }""";

    [Fact]
    public void Read_SettingInAllThreePlaces_OptionBeforeEnvironmentBeforeFile()
    {
        using var folder = new ConfigFolder(File);
        Assert.Equal(("127.0.0.2", 1), HostAndPort(folder));

        folder.Environment["HOST"] = "127.0.0.3";
        folder.Environment["PORT"] = "2";
        Assert.Equal(("127.0.0.3", 2), HostAndPort(folder));

        folder.Overrides = new ConfigurationOverrides { Host = "LocalHost", Port = "3" };
        Assert.Equal(("localhost", 3), HostAndPort(folder));
    }

    [Fact]
    public void Read_EmptyVariables_AreNotSet()
    {
        using var folder = new ConfigFolder(File);
        foreach (var name in (string[])["HOST", "PORT", "ALLOW_ANONYMOUS", "AUTH_KEYS"])
        {
            folder.Environment[name] = "";
        }

        var options = folder.Read();

        Assert.Equal(("127.0.0.2", 1, false, false), (options.Host, options.Port, options.AllowAnonymous, options.Auth));
    }

    [Fact]
    public void Read_AuthKeysVariable_TurnsAuthOnAndReplacesTheKeysOfTheFile()
    {
        using var folder = new ConfigFolder("""{ "auth": false, "auth_keys": ["old"], "servers": [{ "url": "http://a" }] }""");
        folder.Environment["AUTH_KEYS"] = "one, two,";

        var options = folder.Read();

        Assert.True(options.Auth);
        Assert.Equal(["one", "two"], options.AuthKeys.Select(key => key.Reveal()));
    }

    [Theory]
    [InlineData("release")]
    [InlineData("production")]
    public void Read_GinMode_MeansNothing(string value)
    {
        using var folder = new ConfigFolder { Environment = { ["GIN_MODE"] = value } };

        Assert.Empty(folder.Faults());
    }

    [Theory]
    [InlineData("PORT", "abc", "Environment variable PORT is \"abc\"; it must be a number from 0 to 65535.")]
    [InlineData("HOST", "example.com", "Environment variable HOST is \"example.com\"; it must be an IP address or localhost.")]
    [InlineData("ALLOW_ANONYMOUS", "yes", "Environment variable ALLOW_ANONYMOUS is \"yes\"; it must be true or false.")]
    [InlineData("AUTH_KEYS", "good,b ad", "Environment variable AUTH_KEYS is ***; it must be one or more keys with commas between them, each of printable ASCII characters without spaces.")]
    [InlineData("AUTH_KEYS", ",", "Environment variable AUTH_KEYS is ***; it must be one or more keys with commas between them, each of printable ASCII characters without spaces.")]
    public void Read_BadVariable_IsNamed(string name, string value, string fault)
    {
        using var folder = new ConfigFolder { Environment = { [name] = value } };

        Assert.Equal([fault], folder.Faults());
    }

    [Fact]
    public void Read_BadVariableThatAnOptionOutdoes_HarmsNobody()
    {
        using var folder = new ConfigFolder
        {
            Environment = { ["HOST"] = "x86_64-conda-linux-gnu" },
            Overrides = new ConfigurationOverrides { Host = "127.0.0.1" },
        };

        Assert.Empty(folder.Faults());
    }

    [Fact]
    public void Read_BadOptions_AreNamed()
    {
        using var folder = new ConfigFolder { Overrides = new ConfigurationOverrides { Host = "[::1]:80", Port = "65536", LogLevel = "loud" } };

        Assert.Equal(
            [
                "Option --host is \"[::1]:80\"; it must be an IP address or localhost.",
                "Option --port is \"65536\"; it must be a number from 0 to 65535.",
                "Option --log-level is \"loud\"; it must be trace, debug, information, warning or error.",
            ],
            folder.Faults());
    }

    private static (string Host, int Port) HostAndPort(ConfigFolder folder)
    {
        var options = folder.Read();
        return (options.Host, options.Port);
    }
}
