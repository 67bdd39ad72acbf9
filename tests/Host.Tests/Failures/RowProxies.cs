using System.Text.Json.Nodes;
using ClaudeProxy.Tests.EndToEnd;
using ClaudeProxy.Tests.Support;
using static ClaudeProxy.Tests.Failures.FailingUpstream;

namespace ClaudeProxy.Tests.Failures;

/// <summary>One proxy for each policy, with two accounts for each row: the first fails as the row says, the other serves. A request chooses its row by
/// the model.</summary>
internal sealed class RowProxies : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _started = [];
    private readonly Dictionary<string, ProxyHarness> _proxies = [];

    /// <summary>The model whose requests meet the row at <paramref name="index"/>.</summary>
    public static string ModelOf(int index) => $"row-{index}";

    /// <summary>The account that serves where the first one of the row fails.</summary>
    public static string OtherOf(int index) => $"other-{index}";

    /// <summary>Starts them.</summary>
    public static async Task<RowProxies> StartAsync(IReadOnlyList<FailureRow> rows)
    {
        var proxies = new RowProxies();
        foreach (var ofPolicy in rows.Index().GroupBy(row => row.Item.Policy))
        {
            var servers = new JsonArray();
            foreach (var (index, row) in ofPolicy)
            {
                await proxies.AddAsync(servers, index, row);
            }

            proxies._proxies[ofPolicy.Key] = await ProxyHarness.StartAsync(new JsonObject
            {
                ["fallback"] = true,
                ["mode"] = "fallback",
                ["policy"] = ofPolicy.Key,
                ["timeouts"] = new JsonObject { ["first_byte"] = 1 },
                ["servers"] = servers,
            });
        }

        return proxies;
    }

    /// <summary>Where the proxy of a row listens.</summary>
    public string AddressOf(FailureRow row) => _proxies[row.Policy].Address.ToString();

    public async ValueTask DisposeAsync()
    {
        foreach (var proxy in _proxies.Values)
        {
            await proxy.DisposeAsync();
        }

        foreach (var upstream in _started)
        {
            await upstream.DisposeAsync();
        }
    }

    private async Task AddAsync(JsonArray servers, int index, FailureRow row)
    {
        var (first, other) = ($"first-{index}", OtherOf(index));
        var (ours, others) = (new Identity($"org_{first}", $"wrkspc_{first}"), new Identity($"org_{other}", $"wrkspc_{other}"));
        var example = row.Example;
        FailingUpstream failing;
        if (example.PreviousStatus is { } status)
        {
            failing = await FailingUpstream.StartAsync($"token-{first}", FailureExample.Read([$"{status}", example.Body]), ours);
            servers.Add(Server(other, index, await HealthyAsync(other, context =>
                AnswerAsync(context, example.Status, example.Headers, example.Body, example.IsStream, others))));
        }
        else
        {
            failing = await FailingUpstream.StartAsync($"token-{first}", example, ours);
            var body = example.IsStream ? string.Concat(Sse.Message($"served by {other}")) : ServedMessage.By(other);
            servers.Add(Server(other, index, await HealthyAsync(other, context => AnswerAsync(context, 200, [], body, example.IsStream, others))));
        }

        _started.Add(failing);
        servers.Insert(servers.Count - 1, Server(first, index, failing.Address));
    }

    private async Task<Uri> HealthyAsync(string name, Microsoft.AspNetCore.Http.RequestDelegate answer)
    {
        var upstream = _started.OfType<FakeUpstream>().FirstOrDefault();
        if (upstream is null)
        {
            _started.Add(upstream = await FakeUpstream.StartAsync());
        }

        upstream.On($"token-{name}").Run(answer);
        return upstream.Address;
    }

    private static JsonObject Server(string name, int index, Uri address) => new()
    {
        ["name"] = name,
        ["url"] = address.ToString(),
        ["token"] = $"token-{name}",
        ["auth_header"] = "x-api-key",
        ["models"] = new JsonArray(ModelOf(index)),
    };
}
