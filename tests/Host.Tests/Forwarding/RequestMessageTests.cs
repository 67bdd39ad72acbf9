using System.Buffers;
using System.Net;
using ClaudeProxy.Abstractions;
using ClaudeProxy.Forwarding;
using ClaudeProxy.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace ClaudeProxy.Tests.Forwarding;

public sealed class RequestMessageTests
{
    private const int Large = (64 * 1024) + 1;

    [Theory]
    [InlineData("http://host", null, null, "1.1", true)]
    [InlineData("http://host", "2.0", null, "2.0", false)]
    [InlineData("http://host", "2.0", "2.0", "2.0", false)]
    [InlineData("https://host", null, null, "2.0", false)]
    [InlineData("https://host", null, "2.0", "2.0", false)]
    [InlineData("https://host", null, "1.1", "2.0", true)]
    [InlineData("https://host", "1.1", null, "1.1", true)]
    public void Create_LargeBody_AsksBeforeOnlyOverHttp1(string upstream, string? configured, string? spoken, string version, bool asks)
    {
        var account = Some.Account("a", new Uri(upstream)) with { HttpVersion = configured is null ? null : Version.Parse(configured) };

        using var message = Create(account, Large, spoken is null ? null : Version.Parse(spoken));

        Assert.Equal(Version.Parse(version), message.Version);
        Assert.Equal(configured is null ? HttpVersionPolicy.RequestVersionOrLower : HttpVersionPolicy.RequestVersionExact, message.VersionPolicy);
        Assert.Equal(asks, message.Headers.ExpectContinue ?? false);
    }

    [Fact]
    public void Create_SmallBody_DoesNotAsk()
    {
        using var message = Create(Some.Account("a", new Uri("http://host")), Large - 1, HttpVersion.Version11);

        Assert.Null(message.Headers.ExpectContinue);
    }

    private static HttpRequestMessage Create(Account account, int bodyBytes, Version? spoken)
    {
        var body = new BodyBlocks();
        body.Append(new ReadOnlySequence<byte>(new byte[bodyBytes]));
        using var clock = new AttemptClock(CancellationToken.None, TimeProvider.System);
        var content = new ReplayContent(body, null, clock, TimeSpan.FromSeconds(30), TimeProvider.System);
        var request = new ForwardedRequest("POST", "/v1/messages", new HeaderDictionary(), body, Some.Request());
        using var connections = new UpstreamConnections(new HttpMessageInvoker(new SocketsHttpHandler())) { Spoken = spoken };
        return RequestMessage.Create(request, account, content, connections);
    }
}
