namespace ClaudeProxy.Tests.Wire;

/// <summary>Methods, paths and queries.</summary>
public sealed class TargetTests
{
    [Theory]
    [InlineData("/v1/messages")]
    [InlineData("/v1/messages?beta=true")]
    [InlineData("/v1/files/a%2Fb%5Cc%25%20d")]
    [InlineData("/v1//messages//")]
    [InlineData("/v1/./a/../messages/.")]
    [InlineData("/v1/%41%7e~/%C3%A4")]
    [InlineData("/v1/messages?url=https://example.com/a//b?c=d&e=%2F%zz&q={\"x\":[1|2]}`^<>\\'")]
    [InlineData("/v1/messages?#fragment?")]
    [InlineData("/v1/a;b=c,d:e@f!$&'()*+")]
    [InlineData("/v1/messages?")]
    [InlineData("/v1/messages??a=b&&")]
    public async Task Target_ReachesTheUpstreamByteForByte(string target)
    {
        await using var harness = await WireHarness.StartAsync();

        var answer = await harness.SendAsync($"GET {target} HTTP/1.1\r\nhost: proxy\r\n\r\n");

        Assert.Equal(200, answer.Status);
        Assert.Equal($"GET {target} HTTP/1.1", Assert.Single(harness.Requests).StartLine);
    }

    [Theory]
    [InlineData("/relay", "/relay/v1/a%2Fb?c")]
    [InlineData("/relay/", "/relay/v1/a%2Fb?c")]
    [InlineData("/a%20b//c", "/a%20b//c/v1/a%2Fb?c")]
    public async Task UpstreamWithABasePath_KeepsItBeforeTheClients(string basePath, string expected)
    {
        await using var harness = await WireHarness.StartAsync(configure: config => config["servers"]![0]!["url"] += basePath.TrimStart('/'));

        await harness.SendAsync("GET /v1/a%2Fb?c HTTP/1.1\r\nhost: proxy\r\n\r\n");

        Assert.Equal($"GET {expected} HTTP/1.1", Assert.Single(harness.Requests).StartLine);
    }

    [Fact]
    public async Task AbsoluteForm_ReachesTheConfiguredUpstreamAndNoOther()
    {
        await using var harness = await WireHarness.StartAsync();

        var answer = await harness.SendAsync("GET http://other.example/v1/a%2Fb?x=//y HTTP/1.1\r\nhost: other.example\r\n\r\n");

        Assert.Equal(200, answer.Status);
        var request = Assert.Single(harness.Requests);
        Assert.Equal("GET /v1/a%2Fb?x=//y HTTP/1.1", request.StartLine);
        Assert.Equal(harness.Upstream.Address.Authority, request.Header("host"));
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    [InlineData("BREW")]
    public async Task AnyOtherMethod_ReachesTheUpstream(string method)
    {
        await using var harness = await WireHarness.StartAsync();

        var answer = await harness.SendAsync($"{method} /v1/messages HTTP/1.1\r\nhost: proxy\r\ncontent-length: 2\r\n\r\n{{}}");

        Assert.Equal(200, answer.Status);
        var request = Assert.Single(harness.Requests);
        Assert.Equal($"{method} /v1/messages HTTP/1.1", request.StartLine);
        Assert.Equal("{}", request.Body);
    }

    [Theory]
    [InlineData("CONNECT proxy:443")]
    [InlineData("TRACE /v1/messages")]
    [InlineData("connect /v1/messages")]
    [InlineData("trace /v1/messages")]
    [InlineData("OPTIONS *")]
    public async Task MethodThatIsForServers_Is405AndGoesNowhere(string request)
    {
        await using var harness = await WireHarness.StartAsync();

        var answer = await harness.SendAsync($"{request} HTTP/1.1\r\nhost: proxy:443\r\n\r\n");

        WireHarness.AssertApiError(answer, 405, "invalid_request_error");
        await harness.AssertUntouchedAsync();
    }

    [Theory]
    [InlineData("/v1/a\u0001b")]
    [InlineData("/v1/\u001b[31m")]
    [InlineData("/v1/a\tb")]
    [InlineData("/v1/a?b=\u007f")]
    [InlineData("/\u0001")]
    [InlineData("/v1/caf\u00e9")]
    [InlineData("/v1/a?b=\u00c3\u00a9")]
    [InlineData("/v1/a%00")]
    public async Task TargetThatHttpDoesNotKnow_Is400AndGoesNowhere(string target)
    {
        await using var harness = await WireHarness.StartAsync();

        var answer = await harness.SendToEndAsync($"GET {target} HTTP/1.1\r\nhost: proxy\r\nconnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 400 ", answer);
        await harness.AssertUntouchedAsync();
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/v1")]
    [InlineData("/v2/messages")]
    [InlineData("/V1/messages")]
    [InlineData("//v1/messages")]
    [InlineData("/%761/messages")]
    [InlineData("/v1/../admin")]
    [InlineData("/v1/%2e%2e/admin")]
    [InlineData("/v1/../../v1/messages/../../x")]
    [InlineData("/x/../v1/messages")]
    [InlineData("http://proxy")]
    public async Task PathOutsideTheApi_Is404InTheApisShapeAndGoesNowhere(string target)
    {
        await using var harness = await WireHarness.StartAsync();

        var answer = await harness.SendAsync($"GET {target} HTTP/1.1\r\nhost: proxy\r\n\r\n");

        WireHarness.AssertApiError(answer, 404, "not_found_error");
        Assert.Equal("false", answer.Header("x-should-retry"));
        await harness.AssertUntouchedAsync();
    }
}
