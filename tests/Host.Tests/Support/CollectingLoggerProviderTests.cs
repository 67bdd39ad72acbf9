using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Tests.Support;

public sealed class CollectingLoggerProviderTests
{
    private static readonly Action<ILogger, string, Exception?> s_served =
        LoggerMessage.Define<string>(LogLevel.Trace, new EventId(7, "Served"), "Served by {AccountId}");

    [Fact]
    public void Log_AtTheLowestLevel_IsKeptWithItsParts()
    {
        using var provider = new CollectingLoggerProvider();
        using var factory = provider.CreateFactory();

        s_served(factory.CreateLogger("Tests"), "a", new InvalidOperationException("secret-1"));

        var entry = Assert.Single(provider.Entries);
        Assert.Equal((LogLevel.Trace, "Tests", "Served", "Served by a"), (entry.Level, entry.Category, entry.EventId.Name, entry.Message));
        Assert.Equal("a", entry.Value("AccountId"));
        Assert.Null(entry.Value("Nothing"));
    }

    [Theory]
    [InlineData("secret-1")]
    [InlineData("secret-2")]
    [InlineData("Tests")]
    public void Everything_WhereverItIsSaid_HoldsIt(string text)
    {
        using var provider = new CollectingLoggerProvider();
        using var factory = provider.CreateFactory();

        s_served(factory.CreateLogger("Tests"), "secret-2", new InvalidOperationException("secret-1"));

        Assert.Contains(text, provider.Everything);
    }
}
