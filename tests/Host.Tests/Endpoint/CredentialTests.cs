using System.Text.Json.Nodes;
using ClaudeProxy.Tests.Wire;

namespace ClaudeProxy.Tests.Endpoint;

/// <summary>What a client shows stays with the proxy; what the account has goes out.</summary>
public sealed class CredentialTests
{
    private const string EveryCredential =
        "authorization: Bearer client-1\r\nx-api-key: client-2\r\nx-goog-api-key: client-3\r\napi-key: client-4\r\ncookie: session=client-5\r\n"
        + "AUTHORIZATION: Basic client-6\r\nX-Api-Key: client-7\r\nproxy-authorization: Bearer client-8\r\nx_api_key: client-9\r\nX-Goog_Api-Key: client-10\r\n";

    [Theory]
    [InlineData("authorization: Bearer client\r\n")]
    [InlineData("x-api-key: client\r\n")]
    [InlineData("x-goog-api-key: client\r\n")]
    [InlineData("api-key: client\r\n")]
    [InlineData("cookie: a=client\r\ncookie: b=client\r\n")]
    [InlineData("authorization: Bearer client\r\nx-api-key: client\r\n")]
    [InlineData("connection: x-api-key, authorization\r\nauthorization: Bearer client\r\nx-api-key: client\r\n")]
    [InlineData(EveryCredential)]
    public async Task ClientsCredentials_AreReplacedByTheAccountsOne(string headers)
    {
        await using var harness = await WireHarness.StartAsync();

        var answer = await harness.SendAsync(WireHarness.Post(headers));

        Assert.Equal(200, answer.Status);
        var request = Assert.Single(harness.Requests);
        Assert.DoesNotContain("client", request.Head);
        Assert.Equal("token-a", request.Header("x-api-key"));
        Assert.Null(request.Header("authorization"));
    }

    [Theory]
    [InlineData("sk-ant-api03-abc", null, "x-api-key", "sk-ant-api03-abc")]
    [InlineData("sk-ant-oat01-abc", null, "authorization", "Bearer sk-ant-oat01-abc")]
    [InlineData("cr_relay", null, "authorization", "Bearer cr_relay")]
    [InlineData("cr_relay", "x-api-key", "x-api-key", "cr_relay")]
    [InlineData("AIza", "x-goog-api-key", "x-goog-api-key", "AIza")]
    [InlineData("abc", "api-key", "api-key", "abc")]
    [InlineData("sk-ant-api03-abc", "Authorization", "authorization", "Bearer sk-ant-api03-abc")]
    public async Task AccountsToken_GoesOutInItsHeaderAndNoOther(string token, string? header, string expectedHeader, string expectedValue)
    {
        await using var harness = await WireHarness.StartAsync(configure: config => SetToken(config, token, header));

        await harness.SendAsync(WireHarness.Post(EveryCredential));

        var request = Assert.Single(harness.Requests);
        Assert.DoesNotContain("client", request.Head);
        Assert.Equal(expectedValue, request.Header(expectedHeader));
        Assert.Equal(1, request.Head.Split(token).Length - 1);
        string[] all = ["authorization", "x-api-key", "x-goog-api-key", "api-key", "cookie"];
        Assert.Equal([expectedHeader], all.Where(name => request.Header(name) is not null));
    }

    [Fact]
    public async Task AccountWithoutAToken_SendsNoCredentialAtAll()
    {
        await using var harness = await WireHarness.StartAsync(configure: config => SetToken(config, "", null));

        var answer = await harness.SendAsync(WireHarness.Post(EveryCredential));

        Assert.Equal(200, answer.Status);
        Assert.DoesNotContain("client", Assert.Single(harness.Requests).Head);
    }

    private static void SetToken(JsonObject config, string token, string? header)
    {
        var server = config["servers"]![0]!.AsObject();
        server["token"] = token;
        server.Remove("auth_header");
        if (header is not null)
        {
            server["auth_header"] = header;
        }
    }
}
