using System.Text.Json;
using ClaudeProxy.Configuration;
using ClaudeProxy.Endpoint;
using ClaudeProxy.Telemetry;
using ClaudeProxy.Tests.Support;
using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Tests.Administration;

public sealed class LogOutputTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("claude-proxy-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Text_Request_IsOneLineForPeople()
    {
        var lines = Write(LogFormat.Text, LogLevel.Information, LogRequest);

        var line = Assert.Single(lines);
        Assert.EndsWith("INF POST /v1/messages 200 by account-1 in 1235 ms, first byte after 57 ms, attempts 2, model m-1, tokens 12 in 345 out, cache 6789 read 10 written, hit 0.98, req_1", line);
    }

    [Fact]
    public void Json_Request_IsOneLineForMachines()
    {
        var lines = Write(LogFormat.Json, LogLevel.Information, LogRequest);

        using var json = JsonDocument.Parse(Assert.Single(lines));
        var properties = json.RootElement.GetProperty("Properties");
        Assert.Equal("Information", json.RootElement.GetProperty("Level").GetString());
        Assert.Equal("RequestServed", properties.GetProperty("EventId").GetProperty("Name").GetString());
        Assert.Equal("account-1", properties.GetProperty("AccountId").GetString());
        Assert.Equal(200, properties.GetProperty("Status").GetInt32());
        Assert.Equal(2, properties.GetProperty("Attempts").GetInt32());
        Assert.Equal(1234.6, properties.GetProperty("ElapsedMs").GetDouble());
        Assert.Equal(56.7, properties.GetProperty("FirstByteMs").GetDouble());
    }

    [Theory]
    [InlineData(LogLevel.Trace, 5)]
    [InlineData(LogLevel.Debug, 4)]
    [InlineData(LogLevel.Information, 3)]
    [InlineData(LogLevel.Warning, 2)]
    [InlineData(LogLevel.Error, 1)]
    public void Level_LeavesOutWhatIsBelowIt(LogLevel level, int count)
    {
        var lines = Write(LogFormat.Text, level, static loggers => LogEveryLevel(loggers.CreateLogger("ClaudeProxy.Anything")));

        Assert.Equal(count, lines.Length);
    }

    /// <summary>The server tells at its lower levels what clients sent, secrets among it.</summary>
    [Fact]
    public void ServersOwnMessages_AreWrittenFromWarningsOnAtAnyLevel()
    {
        var lines = Write(LogFormat.Text, LogLevel.Trace, static loggers => LogEveryLevel(loggers.CreateLogger("Microsoft.AspNetCore.Server.Kestrel.BadRequests")));

        Assert.Equal(2, lines.Length);
    }

    [Fact]
    public async Task File_HasTheLine_WhileTheProxyRuns()
    {
        using var output = new LogOutput(new LoggingOptions { File = Path.Combine(_folder.FullName, "proxy.log") }, TimeProvider.System);

        LogRequest(output.Factory);

        await Eventually.HoldsAsync(() => Array.Exists(_folder.GetFiles(), static file => file.Length > 0));
    }

    private static void LogRequest(ILoggerFactory loggers) =>
        loggers.CreateLogger<ProxyEndpoint>().RequestServed("req_1", "POST", "/v1/messages", 200, "account-1", 2, 1234.6, 56.7, "m-1", 12, 345, 6789, 10, 0.98);

    private static void LogEveryLevel(ILogger logger)
    {
        foreach (var level in Enum.GetValues<LogLevel>().Where(level => level is not (LogLevel.None or LogLevel.Critical)))
        {
#pragma warning disable CA1848, CA2254 // Any message will do.
            logger.Log(level, "A message");
#pragma warning restore CA1848, CA2254
        }
    }

    private string[] Write(LogFormat format, LogLevel level, Action<ILoggerFactory> log)
    {
        using (var output = new LogOutput(new LoggingOptions { Format = format, Level = level, File = Path.Combine(_folder.FullName, "proxy.log") }, TimeProvider.System))
        {
            log(output.Factory);
        }

        return File.ReadAllLines(Assert.Single(_folder.GetFiles()).FullName);
    }
}
