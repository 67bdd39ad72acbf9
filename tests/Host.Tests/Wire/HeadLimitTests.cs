namespace ClaudeProxy.Tests.Wire;

/// <summary>How long lines and headers may be.</summary>
public sealed class HeadLimitTests
{
    [Theory]
    [InlineData(15_000, 200)]
    [InlineData(17_000, 414)]
    public async Task RequestLine_UpTo16KibibytesPasses(int length, int status)
    {
        await using var harness = await WireHarness.StartAsync();
        var query = new string('q', length);

        var answer = await harness.SendToEndAsync($"GET /v1/models?{query} HTTP/1.1\r\nhost: proxy\r\nconnection: close\r\n\r\n");

        Assert.StartsWith($"HTTP/1.1 {status} ", answer);
        Assert.Equal(status == 200 ? [$"GET /v1/models?{query} HTTP/1.1"] : [], harness.Requests.Select(request => request.StartLine));
    }

    [Theory]
    [InlineData(60_000, 200)]
    [InlineData(70_000, 431)]
    public async Task Headers_UpTo64KibibytesPass(int length, int status)
    {
        await using var harness = await WireHarness.StartAsync();
        var beta = new string('b', length);

        var answer = await harness.SendToEndAsync(WireHarness.Post($"connection: close\r\nanthropic-beta: {beta}\r\n"));

        Assert.StartsWith($"HTTP/1.1 {status} ", answer);
        Assert.Equal(status == 200 ? [beta] : [], harness.Requests.Select(request => request.Header("anthropic-beta")!));
    }

    [Theory]
    [InlineData(190, 200)]
    [InlineData(210, 431)]
    public async Task NumberOfHeaders_UpTo200Passes(int count, int status)
    {
        await using var harness = await WireHarness.StartAsync();
        var headers = string.Concat(Enumerable.Range(0, count).Select(i => $"x-{i}: {i}\r\n"));

        var answer = await harness.SendToEndAsync(WireHarness.Post($"connection: close\r\n{headers}"));

        Assert.StartsWith($"HTTP/1.1 {status} ", answer);
        Assert.Equal(status == 200 ? 1 : 0, harness.Requests.Count);
    }
}
