using ClaudeProxy.Tests.EndToEnd;
using ClaudeProxy.Tests.Support;
using ClaudeProxy.Tests.Wire;
using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Tests.Administration;

/// <summary>One line for each request, with all that tells what became of it.</summary>
public sealed class RequestLogTests
{
    private static readonly string[] s_endings = ["RequestServed", "RequestRefused", "RequestCut", "ClientLeft", "Defect"];

    [Fact]
    public async Task ServedRequest_TellsAccountStatusAttemptsAndTimes()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Answer(500);
        upstream.On("token-b").Answer(206, "b");
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b");

        using var response = await proxy.PostMessageAsync("""{"model":"m-1"}""", "/v1/messages?beta=true");
        var line = await OnlyLineAsync(proxy);

        Assert.Equal(("RequestServed", LogLevel.Information), (line.EventId.Name, line.Level));
        Assert.Equal(("POST", "/v1/messages", 206, "b", 2, "m-1"), (line.Value("Method"), line.Value("Path"), line.Value("Status"), line.Value("AccountId"), line.Value("Attempts"), line.Value("Model")));
        Assert.Equal(response.Headers.GetValues("x-claude-proxy-request-id").Single(), line.Value("RequestId"));
        Assert.InRange((double)line.Value("FirstByteMs")!, 0.001, (double)line.Value("ElapsedMs")!);
    }

    [Fact]
    public async Task Failover_IsAnEventOfItsOwn()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Error(500, "api_error", "a sentence that stays out of the log");
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a", "b");

        using var response = await proxy.PostMessageAsync();
        await OnlyLineAsync(proxy);

        var failover = Assert.Single(proxy.Logs.Entries, entry => entry.EventId.Name == "FailingOver");
        Assert.Equal(("a", "500 api_error", 1), (failover.Value("AccountId"), failover.Value("Outcome"), failover.Value("Attempt")));
        Assert.DoesNotContain("a sentence", proxy.Logs.Everything);
    }

    [Theory]
    [InlineData("GET /v1/models HTTP/1.1\r\nhost: proxy\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400)]
    [InlineData("TRACE /v1/models HTTP/1.1\r\nhost: proxy\r\n\r\n", 405)]
    [InlineData("POST /v1/models HTTP/1.1\r\nhost: proxy\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n", 400)]
    [InlineData("POST /v1/models HTTP/1.1\r\nhost: proxy\r\ncontent-length: 999999999\r\n\r\n", 413)]
    public async Task RefusedRequest_TellsWhyAndHasNoAccount(string request, int status)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");

        var answer = await RawClient.SendAsync(proxy.Address, request);
        var line = await OnlyLineAsync(proxy);

        Assert.Equal(status, answer.Status);
        Assert.Equal(("RequestRefused", status, "-", 0), (line.EventId.Name, line.Value("Status"), line.Value("AccountId"), line.Value("Attempts")));
        Assert.NotEmpty((string)line.Value("Reason")!);
        Assert.Equal(answer.Header("x-claude-proxy-request-id"), line.Value("RequestId"));
    }

    [Fact]
    public async Task CutStream_IsNotToldAsServed()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Events(Sse.Message("Hello")[..^1]);
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");

        using var response = await proxy.PostMessageAsync(Some.MessageBody(stream: true));
        await response.Content.ReadAsStringAsync();
        var line = await OnlyLineAsync(proxy);

        Assert.Equal(("RequestCut", LogLevel.Warning, "a"), (line.EventId.Name, line.Level, line.Value("AccountId")));
    }

    [Fact]
    public async Task TextsOfClients_ForgeNoLine()
    {
        await using var harness = await WireHarness.StartAsync();

        await harness.SendToEndAsync(WireHarness.Post("connection: close\r\n", """{"model":"m\n12:00:00.000 INF forged \u001b[31m"}"""));
        await harness.SendToEndAsync("GET /v1/\u001b[31m\u0007forged HTTP/1.1\r\nhost: proxy\r\nconnection: close\r\n\r\n");
        await Eventually.HoldsAsync(() => Lines(harness.Proxy).Count > 0);

        Assert.DoesNotContain(Lines(harness.Proxy), line => line.Message.Any(char.IsControl));
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/ready")]
    [InlineData("/status")]
    public async Task RequestOfAMonitor_IsNotTold(string path)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");

        using var monitor = await proxy.Client.GetAsync(path);
        using var response = await proxy.PostMessageAsync();

        Assert.Equal("/v1/messages", (await OnlyLineAsync(proxy)).Value("Path"));
    }

    private static List<LogEntry> Lines(ProxyHarness proxy) => [.. proxy.Logs.Entries.Where(entry => s_endings.Contains(entry.EventId.Name))];

    /// <summary>The line may come after the last byte of the answer.</summary>
    private static async Task<LogEntry> OnlyLineAsync(ProxyHarness proxy)
    {
        await Eventually.HoldsAsync(() => Lines(proxy).Count > 0);
        return Assert.Single(Lines(proxy));
    }
}
