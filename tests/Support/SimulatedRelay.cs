using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.RegularExpressions;
using ClaudeProxy.Plugins.Simulator;
using Microsoft.AspNetCore.Http;

namespace ClaudeProxy.Tests.Support;

/// <summary>A relay that keeps accounts and takes their ids as keys: answers, and errs, in a relay's own words. Thread-safe.</summary>
public sealed partial class SimulatedRelay : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, RelayAnswer> _accounts = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<RecordedRequest> _requests = new();
    private LoopbackServer _server = null!;

    private SimulatedRelay()
    {
    }

    /// <summary>Scheme, host and port.</summary>
    public Uri Address => _server.Address;

    /// <summary>The requests so far, without those for <c>/health</c>.</summary>
    public IReadOnlyList<RecordedRequest> Requests => [.. _requests];

    /// <summary>Starts to listen; it knows no account yet.</summary>
    public static async Task<SimulatedRelay> StartAsync()
    {
        var relay = new SimulatedRelay();
        relay._server = await LoopbackServer.StartAsync(relay.HandleAsync, maxBodyBytes: null);
        return relay;
    }

    /// <summary>Knows <paramref name="key"/>, an account's id or a key of the relay's own, and answers it so from now on; with 200 unless given.</summary>
    public void Knows(string key, RelayAnswer? answer = null) => _accounts[key] = answer ?? RelayAnswer.Served;

    /// <summary>Knows <paramref name="key"/> no more.</summary>
    public void Forgets(string key) => _accounts.TryRemove(key, out _);

    /// <summary>Dies: aborts every connection and refuses new ones.</summary>
    public Task RefuseAsync() => _server.RefuseAsync();

    /// <summary>Is back, on the same port.</summary>
    public Task AcceptAsync() => _server.AcceptAsync();

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        if (context.Request.Path == "/health")
        {
            await context.Response.WriteAsync("""{"status":"healthy"}""");
            return;
        }

        var request = new RecordedRequest(context);
        await request.ReadBodyAsync(context);
        _requests.Enqueue(request);
        var answer = AnswerTo(request.Token);
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = "application/json";
        foreach (var (name, value) in answer.Headers)
        {
            context.Response.Headers[name] = value;
        }

        await context.Response.WriteAsync(answer.Body ?? JsonSerializer.Serialize(new { served_by = request.Token }), context.RequestAborted);
    }

    private RelayAnswer AnswerTo(string key) =>
        key.Length == 0 ? RelayAnswer.Own(401, "Missing API key")
        : _accounts.TryGetValue(key, out var known) ? known
        : key.StartsWith("cr_", StringComparison.Ordinal) || AccountId().IsMatch(key) ? RelayAnswer.Own(401, "Invalid API key", "API key not found")
        : RelayAnswer.Own(401, "Invalid API key", "Invalid API key format");

    [GeneratedRegex("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", RegexOptions.IgnoreCase)]
    private static partial Regex AccountId();
}
