namespace ClaudeProxy.Tests.Configuration;

/// <summary>The configurations that the README of claude-code-lb shows are configurations of ours.</summary>
public sealed class SeedConfigurationTests
{
    [Fact]
    public void Read_QuickStart_MeansWhatItSays()
    {
        var options = ConfigFolder.Read("""
            {
              "port": "3000",
              "algorithm": "weighted_round_robin",
              "servers": [
                {
                  "url": "https://api.anthropic.com",
                  "weight": 5,
                  "token": "sk-your-primary-token"
                },
                {
                  "url": "https://api.backup.com",
                  "weight": 3,
                  "token": "sk-your-backup-token"
                }
              ],
              "fallback": true,
              "auth": false,
              "cooldown": 60
            }
            """);

        Assert.Equal((3000, "weighted_round_robin", true, false, 60), (options.Port, options.Algorithm, options.Fallback, options.Auth, options.Cooldown.TotalSeconds));
        Assert.Equal([("https://api.anthropic.com/", 5, "sk-your-primary-token"), ("https://api.backup.com/", 3, "sk-your-backup-token")],
            options.Servers.Select(server => (server.Url.AbsoluteUri, server.Weight, server.Token.Reveal())));
    }

    [Fact]
    public void Read_PrimaryAndBackup_MeansWhatItSays()
    {
        var options = ConfigFolder.Read("""
            {
              "algorithm": "weighted_round_robin",
              "servers": [
                {"url": "https://primary.com", "weight": 10, "token": "primary-token"},
                {"url": "https://backup.com", "weight": 1, "token": "backup-token"}
              ],
              "fallback": true
            }
            """);

        Assert.True(options.Fallback);
        Assert.Equal([10, 1], options.Servers.Select(server => server.Weight));
    }

    [Fact]
    public void Read_SeveralServers_MeansWhatItSays()
    {
        var options = ConfigFolder.Read("""
            {
              "algorithm": "round_robin",
              "servers": [
                {"url": "https://server1.com", "token": "token1"},
                {"url": "https://server2.com", "token": "token2"},
                {"url": "https://server3.com", "token": "token3"}
              ]
            }
            """);

        Assert.False(options.Fallback);
        Assert.Equal(["token1", "token2", "token3"], options.Servers.Select(server => server.Token.Reveal()));
    }
}
