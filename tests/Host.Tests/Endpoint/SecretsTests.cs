using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ClaudeProxy.Tests.EndToEnd;
using ClaudeProxy.Tests.Support;
using ClaudeProxy.Tests.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Tests.Endpoint;

/// <summary>Whatever goes wrong, nothing secret is told: every secret of this run has the same word in it, which must be found nowhere.</summary>
public sealed class SecretsTests
{
    private const string Word = "SECRET";
    private const string ClientKey = "auth-SECRET-1";

    private const string ClientHeaders =
        $"x-api-key: {ClientKey}\r\nauthorization: Bearer bearer-SECRET\r\nx-goog-api-key: goog-SECRET\r\napi-key: azure-SECRET\r\ncookie: a=cookie-SECRET\r\n"
        + "x-anything: header-SECRET\r\nproxy-authorization: Basic proxy-SECRET\r\n";

    private const string Echo =
        """{"type":"error-SECRET","error":{"type":"type-SECRET","message":"Your credit balance is too low, message-SECRET","code":"code-SECRET","details":{"error_code":"detail-SECRET"}}}""";

    private static readonly string[] s_requests =
    [
        Post(ClientHeaders),
        Post(ClientHeaders, """{"model":"m","stream":true,"messages":"prompt-SECRET","metadata":{"user_id":"user_session_id-SECRET"}}"""),
        Post("x-api-key: wrong-SECRET\r\n"),
        Post("authorization: Basic wrong-SECRET\r\n"),
        Post(ClientHeaders + "transfer-encoding: chunked-SECRET\r\n"),
        Post(ClientHeaders + "x-broken header-SECRET\r\n"),
        Post(ClientHeaders + "x broken: header-SECRET\r\n"),
        Post(ClientHeaders + "content-length: length-SECRET\r\n"),
        Post(ClientHeaders, new string('x', 5000) + "prompt-SECRET"),
        $"POST /v1/messages?key=query-SECRET HTTP/1.1\r\nhost: proxy\r\n{ClientHeaders}transfer-encoding: chunked\r\n\r\nprompt-SECRET\r\n",
        $"TRACE /v1/messages?key=query-SECRET HTTP/1.1\r\nhost: proxy\r\n{ClientHeaders}\r\n",
        $"GET /elsewhere?key=query-SECRET HTTP/1.1\r\nhost: proxy\r\n{ClientHeaders}\r\n",
        $"GET /status?key=query-SECRET HTTP/1.1\r\nhost: proxy\r\nx-api-key: wrong-SECRET\r\n\r\n",
        $"GET http://user:password-SECRET@proxy/v1/models HTTP/1.1\r\nhost: proxy\r\n{ClientHeaders}\r\n",
    ];

    [Fact]
    public async Task EveryKindOfFailure_TellsNoSecretInLogsReportsAndErrors()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var malformed = RawUpstream.Start($"HTTP/1.1 200 OK\r\nx-echo: echo-SECRET\u0001\r\ncontent-length: {Word}\r\n\r\n");
        await using var egress = TinyEgressProxy.Start("http", "user:right");
        await using var socks = TinyEgressProxy.Start("socks5", "user:right");
        await using var refusing = await FakeUpstream.StartAsync();
        await refusing.RefuseAsync();
        var config = Config(upstream, malformed, egress, socks, refusing);
        await using var proxy = await ProxyHarness.StartAsync(config);
        proxy.Client.DefaultRequestHeaders.Add("x-api-key", ClientKey);

        var told = new List<string>();
        for (var round = 0; round < 2; round++)
        {
            foreach (var request in s_requests)
            {
                told.Add(await ExchangeAsync(proxy, request));
            }
        }

        await AbortUploadAsync(proxy);
        proxy.WriteConfig(BrokenConfig());
        await proxy.Proxy.ReloadAsync(CancellationToken.None).InTime();
        told.Add((await proxy.StatusAsync()).GetRawText());
        told.Add((await proxy.HealthAsync()).GetRawText());
        told.AddRange(proxy.Logs.Entries.Where(IsWritten).Select(entry => entry.Everything));

        Assert.Equal([], told.SelectMany(SecretsIn));
        Assert.Contains(told, text => text.Contains("FailingOver", StringComparison.Ordinal));
        Assert.Contains(told, text => text.Contains("ReloadRefused", StringComparison.Ordinal));
        Assert.All(
            (await proxy.StatusAsync()).GetProperty("accounts").EnumerateArray(),
            account => Assert.True(account.GetProperty("failed").GetInt32() > 0, account.GetRawText()));
    }

    /// <summary>Each secret with what stands around it.</summary>
    private static IEnumerable<string> SecretsIn(string text) =>
        Regex.Matches(text, $".{{0,80}}{Word}.{{0,80}}", RegexOptions.IgnoreCase).Select(match => match.Value);

    /// <summary>What the log output lets through at its lowest level: of the server, only warnings (<c>LogOutputTests</c> proves it).</summary>
    private static bool IsWritten(LogEntry entry) =>
        !entry.Category.StartsWith("Microsoft.", StringComparison.Ordinal) || entry.Level >= LogLevel.Warning;

    private static string Post(string headers, string body = "{}") => WireHarness.Post(headers, body);

    private static JsonObject Config(FakeUpstream upstream, RawUpstream malformed, TinyEgressProxy egress, TinyEgressProxy socks, FakeUpstream refusing)
    {
        upstream.On("token-SECRET-401").Answer(401, Echo);
        upstream.On("token-SECRET-400").Answer(400, Echo);
        upstream.On("token-SECRET-429").Answer(429, Echo, "30", ("x-echo", "echo-SECRET"));
        upstream.On("token-SECRET-529").Run(context =>
        {
            context.Response.StatusCode = 403;
            return context.Response.WriteAsync("""{"error":"text-SECRET"}""");
        });
        upstream.On("token-SECRET-event").Events("event: error\ndata: " + Echo + "\n\n");
        upstream.On("token-SECRET-reset").Reset();
        string[] names = ["401", "400", "429", "529", "event", "reset"];
        JsonNode[] servers =
        [
            .. names.Select(name => Server(name, upstream.Address)),
            Server("malformed", malformed.Address),
            Server("refused", refusing.Address),
            Server("egress", upstream.Address, egress.AddressFor("user:wrong-SECRET")),
            Server("socks", upstream.Address, socks.AddressFor("user:wrong-SECRET")),
        ];
        return new JsonObject
        {
            ["fallback"] = true,
            ["auth"] = true,
            ["auth_keys"] = new JsonArray(ClientKey, "auth-SECRET-2"),
            ["failover"] = new JsonObject { ["attempts"] = 16, ["max_body"] = 4096 },
            ["logging"] = new JsonObject { ["level"] = "trace" },
            ["servers"] = new JsonArray(servers),
        };
    }

    private static JsonObject Server(string name, Uri address, string? egress = null)
    {
        var server = new JsonObject
        {
            ["name"] = name,
            ["url"] = address.ToString(),
            ["token"] = $"token-SECRET-{name}",
            ["auth_header"] = "x-api-key",
        };
        if (egress is not null)
        {
            server["proxy"] = egress;
        }

        return server;
    }

    private static JsonObject BrokenConfig() => new()
    {
        ["auth"] = true,
        ["auth_keys"] = new JsonArray("with space SECRET", 5),
        ["servers"] = new JsonArray(
            new JsonObject { ["url"] = "https://user:url-SECRET@host/?key=SECRET", ["token"] = "with space SECRET", ["proxy"] = "ftp://user:SECRET@host" },
            new JsonObject { ["url"] = 5, ["token"] = new JsonArray("SECRET"), ["proxy"] = "socks5://user:SECRET@" }),
    };

    private static async Task<string> ExchangeAsync(ProxyHarness proxy, string request)
    {
        using var client = await RawClient.ConnectAsync(proxy.Address);
        await client.SendAsync(request);
        var answer = await client.ReadMessageAsync();
        return answer.Head + answer.Body;
    }

    private static async Task AbortUploadAsync(ProxyHarness proxy)
    {
        using var client = await RawClient.ConnectAsync(proxy.Address);
        await client.SendAsync($"POST /v1/messages?key=query-SECRET HTTP/1.1\r\nhost: proxy\r\n{ClientHeaders}expect: 100-continue\r\ncontent-length: 4000\r\n\r\n");
        await client.ReadMessageAsync();
        await client.SendAsync("prompt-SECRET");
        client.Reset();
        await Idle.EverythingIsReleasedAsync(proxy);
    }
}
