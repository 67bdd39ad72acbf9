using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ClaudeProxy.Tests.EndToEnd;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Wire;

/// <summary>The proxy between a client and an upstream that both send and see bytes as they are.</summary>
internal sealed class WireHarness : IAsyncDisposable
{
    /// <summary>An answer that serves any request.</summary>
    public const string Ok = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";

    private readonly ConcurrentQueue<RawMessage> _requests = new();

    private WireHarness(string answer) => Upstream = RawUpstream.Start(connection => ServeAsync(connection, answer));

    /// <summary>The upstream, which has one account with the name <c>a</c>.</summary>
    public RawUpstream Upstream { get; }

    /// <summary>The proxy.</summary>
    public ProxyHarness Proxy { get; private set; } = null!;

    /// <summary>What the upstream was asked.</summary>
    public IReadOnlyList<RawMessage> Requests => [.. _requests];

    /// <summary>Starts both.</summary>
    /// <param name="answer">What the upstream sends in answer to every request; it closes the connection after one that says so.</param>
    /// <param name="configure">Changes the configuration.</param>
    public static async Task<WireHarness> StartAsync(string answer = Ok, Action<JsonObject>? configure = null)
    {
        var harness = new WireHarness(answer);
        var config = Config(Server(harness.Upstream.Address, "a"));
        configure?.Invoke(config);
        harness.Proxy = await ProxyHarness.StartAsync(config);
        return harness;
    }

    /// <summary>A configuration with these servers that fails over.</summary>
    public static JsonObject Config(params JsonObject[] servers) => new()
    {
        ["fallback"] = true,
        ["servers"] = new JsonArray([.. servers]),
    };

    /// <summary>One entry of <c>servers</c>, with the token <c>token-</c> and name.</summary>
    public static JsonObject Server(Uri url, string name) => new()
    {
        ["name"] = name,
        ["url"] = url.ToString(),
        ["token"] = $"token-{name}",
        ["auth_header"] = "x-api-key",
    };

    /// <summary>The bytes of a request for a message.</summary>
    /// <param name="headers">Whole lines.</param>
    /// <param name="body">The body; Latin-1.</param>
    public static string Post(string headers = "", string body = "{}") =>
        $"POST /v1/messages HTTP/1.1\r\nhost: proxy\r\ncontent-length: {body.Length}\r\n{headers}\r\n{body}";

    /// <summary>A body of about <paramref name="length"/> bytes that asks for a message.</summary>
    public static string LongBody(int length) => Some.MessageBody(new StringBuilder(length).Insert(0, "0123456789abcdef", length / 16).ToString());

    /// <summary>Sends <paramref name="request"/> to the proxy over a new connection and reads one answer.</summary>
    public Task<RawMessage> SendAsync(string request) => RawClient.SendAsync(Proxy.Address, request);

    /// <summary>Sends <paramref name="request"/> to the proxy over a new connection and reads all that comes until it is closed.</summary>
    public async Task<string> SendToEndAsync(string request)
    {
        using var connection = await RawClient.ConnectAsync(Proxy.Address);
        await connection.SendAsync(request);
        return await connection.ReadToEndAsync();
    }

    /// <summary>Asserts that the upstream saw nothing and that nobody is blamed.</summary>
    public async Task AssertUntouchedAsync()
    {
        Assert.Empty(Requests);
        await AssertBlamelessAsync(Proxy);
    }

    /// <summary>The same, where clients need a key.</summary>
    public async Task AssertUntouchedByAsync(string key)
    {
        Proxy.Client.DefaultRequestHeaders.Add("x-api-key", key);
        await AssertUntouchedAsync();
    }

    /// <summary>Asserts that every account is usable and has no failure to its name.</summary>
    public static async Task AssertBlamelessAsync(ProxyHarness proxy)
    {
        foreach (var account in (await proxy.StatusAsync()).GetProperty("accounts").EnumerateArray())
        {
            Assert.Equal("usable", account.GetProperty("state").GetString());
            Assert.Equal(0, account.GetProperty("failed").GetInt32());
        }
    }

    /// <summary>Asserts that <paramref name="answer"/> is an error in the API's shape, and gives its message.</summary>
    public static string AssertApiError(RawMessage answer, int status, string type)
    {
        Assert.Equal(status, answer.Status);
        return AssertApiError(answer.Body, type);
    }

    /// <summary>Asserts that <paramref name="body"/> is an error in the API's shape, and gives its message.</summary>
    public static string AssertApiError(string body, string type)
    {
        using var json = JsonDocument.Parse(body);
        Assert.Equal("error", json.RootElement.GetProperty("type").GetString());
        Assert.NotEmpty(json.RootElement.GetProperty("request_id").GetString()!);
        var error = json.RootElement.GetProperty("error");
        Assert.Equal(type, error.GetProperty("type").GetString());
        return error.GetProperty("message").GetString()!;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await Proxy.DisposeAsync();
        await Upstream.DisposeAsync();
    }

    private async Task ServeAsync(RawConnection connection, string answer)
    {
        do
        {
            _requests.Enqueue(await connection.ReadMessageAsync());
            await connection.SendAsync(answer);
        }
        while (!answer.Contains("connection: close", StringComparison.OrdinalIgnoreCase));
    }
}
