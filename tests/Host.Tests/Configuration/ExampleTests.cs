using ClaudeProxy.Configuration;

namespace ClaudeProxy.Tests.Configuration;

public sealed class ExampleTests
{
    [Fact]
    public void Example_AsItShips_IsSound()
    {
        var options = ConfigFolder.Read(ExampleFile.Text);

        Assert.Equal(["primary", "second"], options.Servers.Select(server => server.Name));
        Assert.Equal(
            "\"$schema\": \"./config.schema.json\",",
            ExampleFile.Text.Split('\n').Select(line => line.Trim()).First(line => line.StartsWith('"')));
    }

    [Fact]
    public void Example_WithEverythingOn_IsSoundButForAccountsBesideServers() =>
        Assert.Equal(["config.example.json: accounts is set, and servers too; keep one of them."], ExampleFile.FaultsWithEverythingOn);

    [Fact]
    public void Example_ShowsEverySettingOfTheSchema()
    {
        var missing = SchemaFile.Settings.Keys.Where(path => !IsShown(path.Split('.')[^1].TrimEnd('[', ']')));

        Assert.Empty(missing);
    }

    [Fact]
    public void Example_Defaults_AreThoseOfTheProgram()
    {
        // What has a default is shown with it, so that a reader may delete the line.
        string[] chosen = ["name", "algorithm", "fallback"];
        var shown = ConfigFolder.Read(ExampleFile.Text);
        var unset = new ProxyOptions { BaseDirectory = shown.BaseDirectory };

        Assert.Equal((unset.Failover, unset.Timeouts, unset.Logging), (shown.Failover, shown.Timeouts, shown.Logging));
        Assert.Equal((unset.Headroom, unset.Recovery, unset.Queue), (shown.Headroom, shown.Recovery, shown.Queue));
        Assert.Equal((unset.Host, unset.Port, unset.Auth, unset.AllowAnonymous), (shown.Host, shown.Port, shown.Auth, shown.AllowAnonymous));
        Assert.Equal((unset.Mode, unset.Cooldown, unset.Policy), (shown.Mode, shown.Cooldown, shown.Policy));
        Assert.All(chosen, key => Assert.True(IsShown(key)));
    }

    private static bool IsShown(string key) => ExampleFile.WithEverythingOn.Contains($"\"{key}\":", StringComparison.Ordinal);
}
