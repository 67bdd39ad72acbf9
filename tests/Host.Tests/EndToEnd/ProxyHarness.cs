using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ClaudeProxy.Administration;
using ClaudeProxy.Configuration;
using ClaudeProxy.Hosting;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.EndToEnd;

/// <summary>The whole proxy as the program runs it, from a configuration file of its own in a folder of its own.</summary>
internal sealed class ProxyHarness : IAsyncDisposable
{
    private readonly Dictionary<string, string> _environment;
    private TimeProvider _clock = TimeProvider.System;

    // On a busy machine a thread may rest for longer than a plugin or script may take.
    private TimeSpan _callLimit = Eventually.Limit;

    private ProxyHarness(string folder, Dictionary<string, string> environment) => (Folder, _environment) = (folder, environment);

    /// <summary>The folder of the configuration file; plugins may be dropped into <c>plugins/</c> in it.</summary>
    public string Folder { get; }

    /// <summary>The configuration file.</summary>
    public string ConfigPath => Path.Combine(Folder, "config.json");

    /// <summary>Where it leaves its admin key.</summary>
    public string StateFolder => Path.Combine(Folder, "state");

    /// <summary>Its random admin key, as our own commands find it.</summary>
    public string AdminKey => AdminKeyFile.TryRead(StateFolder, Address.Port)!.Reveal();

    /// <summary>All that was logged.</summary>
    public CollectingLoggerProvider Logs { get; } = new();

    /// <summary>The running proxy.</summary>
    public Proxy Proxy { get; private set; } = null!;

    /// <summary>Where it listens.</summary>
    public Uri Address => new(Proxy.Address);

    /// <summary>A client of it, without retries of its own.</summary>
    public HttpClient Client { get; private set; } = null!;

    /// <summary>Starts a proxy with <paramref name="config"/>, on a free port, failing over unless the configuration says otherwise.</summary>
    /// <param name="config">The configuration file's content.</param>
    /// <param name="timeProvider">The proxy's clock; the real one unless set.</param>
    /// <param name="environment">Its environment; empty unless set.</param>
    /// <param name="callLimit">How long a call into a plugin or script may take; long enough for any that ends, unless set.</param>
    public static async Task<ProxyHarness> StartAsync(
        JsonObject config, TimeProvider? timeProvider = null, Dictionary<string, string>? environment = null, TimeSpan? callLimit = null)
    {
        var folder = Directory.CreateTempSubdirectory("claude-proxy-test-").FullName;
        var harness = new ProxyHarness(folder, environment ?? []);
        harness.WriteConfig(config);
        harness._clock = timeProvider ?? TimeProvider.System;
        harness._callLimit = callLimit ?? Eventually.Limit;
        await harness.LaunchAsync();
        return harness;
    }

    /// <summary>Starts a proxy that has no configuration file: its environment says where the relay and its Redis are.</summary>
    public static async Task<ProxyHarness> StartFromEnvironmentAsync(Dictionary<string, string> environment)
    {
        var harness = new ProxyHarness(Directory.CreateTempSubdirectory("claude-proxy-test-").FullName, environment);
        await harness.LaunchAsync();
        return harness;
    }

    /// <summary>Outages are passed on at once unless a test is about waiting for their end.</summary>
    private static JsonObject WithoutPatience(JsonObject config)
    {
        if (config["failover"] is null)
        {
            config["failover"] = new JsonObject();
        }

        if (config["failover"] is JsonObject failover && !failover.ContainsKey("patience"))
        {
            failover["patience"] = "0s";
        }

        return config;
    }

    /// <summary>Starts a proxy in front of accounts of <paramref name="upstream"/>, named as given, with the tokens <c>token-</c> and name.</summary>
    public static Task<ProxyHarness> StartAsync(FakeUpstream upstream, params string[] accounts) => StartAsync(Config(upstream, accounts));

    /// <summary>A configuration with accounts of <paramref name="upstream"/> that fails over.</summary>
    public static JsonObject Config(FakeUpstream upstream, params string[] accounts) => new()
    {
        ["fallback"] = true,
        ["servers"] = new JsonArray([.. accounts.Select(name => Server(upstream, name))]),
    };

    /// <summary>One entry of <c>servers</c>.</summary>
    public static JsonObject Server(FakeUpstream upstream, string name) => new()
    {
        ["name"] = name,
        ["url"] = upstream.Address.ToString(),
        ["token"] = $"token-{name}",
        ["auth_header"] = "x-api-key",
    };

    /// <summary>Writes the configuration file anew, in one step.</summary>
    public void WriteConfig(JsonObject config)
    {
        var next = ConfigPath + ".next";
        File.WriteAllText(next, WithoutPatience(config).ToJsonString());
        File.Move(next, ConfigPath, overwrite: true);
    }

    /// <summary>Sends a request for a message and waits for the head of its answer.</summary>
    public Task<HttpResponseMessage> PostMessageAsync(string? body = null, string path = "/v1/messages", params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(body ?? Some.MessageBody(), Encoding.UTF8, "application/json"),
        };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).InTime();
    }

    /// <summary><c>/status</c>.</summary>
    public Task<JsonElement> StatusAsync() => Client.GetFromJsonAsync<JsonElement>("/status").InTime();

    /// <summary>Waits until <paramref name="fact"/> holds of <c>/status</c>.</summary>
    public async Task HoldsAsync(Func<JsonElement, bool> fact, [CallerArgumentExpression(nameof(fact))] string what = "")
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!fact(await StatusAsync()))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Eventually.Limit, $"Did not become true in time: {what}");
        }
    }

    /// <summary><c>/health</c>.</summary>
    public Task<JsonElement> HealthAsync() => Client.GetFromJsonAsync<JsonElement>("/health").InTime();

    /// <summary>One account of <c>/status</c>.</summary>
    public async Task<JsonElement> AccountAsync(string id) =>
        (await StatusAsync()).GetProperty("accounts").EnumerateArray().Single(account => account.GetProperty("id").GetString() == id);

    /// <summary>The state of one account in <c>/status</c>.</summary>
    public async Task<string?> StateOfAsync(string id) => (await AccountAsync(id)).GetProperty("state").GetString();

    /// <summary>The states of all accounts in <c>/status</c>, in their order.</summary>
    public async Task<string[]> StatesAsync() =>
        [.. (await StatusAsync()).GetProperty("accounts").EnumerateArray().Select(account => account.GetProperty("state").GetString()!)];

    /// <summary>Stops the proxy and starts another one in the same folder, on a port of its own.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        await LaunchAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private async Task LaunchAsync()
    {
        var hasFile = File.Exists(ConfigPath);
        var source = new ConfigurationSource(hasFile ? ConfigPath : null, _environment, new ConfigurationOverrides { Port = "0" }) { IsRelay = !hasFile };
#pragma warning disable RS0030 // The proxy needs a source of chance that many threads may use.
        var services = new HostServices(AppContext.BaseDirectory, Path.Combine(Folder, "cache"), _clock, Random.Shared, Logs.CreateFactory())
        {
            StateDirectory = StateFolder,
            CallLimit = _callLimit,
        };
#pragma warning restore RS0030
        Proxy = await Proxy.StartAsync(source, services, CancellationToken.None).InTime();
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, AutomaticDecompression = System.Net.DecompressionMethods.None })
        {
            BaseAddress = Address,
            Timeout = TimeSpan.FromSeconds(60),
        };
    }

    private async Task StopAsync()
    {
        Client.Dispose();
        await Proxy.StopAsync().InTime();
        await Proxy.DisposeAsync();
    }
}
