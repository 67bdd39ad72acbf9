using System.Text;
using ClaudeProxy.Plugins.Simulator;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Simulator;

/// <summary>A simulated upstream with the accounts <c>sim-1</c> and <c>sim-2</c> of one workspace, <c>sim-3</c> of another one, and a client of it.</summary>
internal sealed class Simulation : IAsyncDisposable
{
    private readonly HttpClient _client = new();

    private Simulation(SimulatedUpstream upstream, SimulatedAccount first, SimulatedAccount second) =>
        (Upstream, First, Second) = (upstream, first, second);

    public SimulatedUpstream Upstream { get; }

    public SimulatedAccount First { get; }

    public SimulatedAccount Second { get; }

    public static async Task<Simulation> StartAsync(
        int requestsPerMinute = 1000, TimeProvider? timeProvider = null, int inputTokensPerMinute = 1_000_000_000)
    {
        var workspace = new SimulatedWorkspace("wrkspc_1", "org_1", new RateBudget(requestsPerMinute, inputTokensPerMinute));
        var other = new SimulatedWorkspace("wrkspc_2", "org_2", new RateBudget(requestsPerMinute, inputTokensPerMinute));
        var first = new SimulatedAccount("sim-1", "token-sim-1", workspace);
        var second = new SimulatedAccount("sim-2", "token-sim-2", workspace);
        var third = new SimulatedAccount("sim-3", "token-sim-3", other);
        var upstream = await SimulatedUpstream.StartAsync([first, second, third], timeProvider ?? TimeProvider.System, new Random(1));
        return new Simulation(upstream, first, second);
    }

    public Task<HttpResponseMessage> PostAsync(
        string body, string? fault = null, string path = "/v1/messages", string token = "token-sim-1")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Upstream.Address, path))
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        if (fault is not null)
        {
            request.Headers.Add("x-simulator-fault", fault);
        }

        return SendAsync(request, token);
    }

    public Task<HttpResponseMessage> GetAsync(string path, string token = "token-sim-1") =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(Upstream.Address, path)), token);

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await Upstream.DisposeAsync();
    }

    private Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, string token)
    {
        request.Headers.Add("x-api-key", token);
        return _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).InTime();
    }
}
