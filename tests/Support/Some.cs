using System.Text.Json;
using ClaudeProxy.Abstractions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClaudeProxy.Tests.Support;

/// <summary>Valid values for tests that do not care which.</summary>
public static class Some
{
    /// <summary>An account with the API key <c>token-</c> and its id, as <see cref="FakeUpstream.On"/> knows it.</summary>
    /// <param name="id">The account's id.</param>
    /// <param name="upstream">Its upstream; unless set, an address where nobody listens.</param>
    public static Account Account(string id = "a", Uri? upstream = null) => new()
    {
        Id = id,
        Upstream = upstream ?? new Uri("http://127.0.0.1:9"),
        Credential = Credential.ApiKey($"token-{id}"),
    };

    /// <summary>A candidate without history.</summary>
    public static Candidate Candidate(string accountId = "a", int weight = 1) => new(accountId) { Weight = weight };

    /// <summary>A request for a message.</summary>
    public static RequestFacts Request(string? model = "claude-sonnet-5-5", string? sessionId = null) => new()
    {
        RequestId = "request-1",
        Method = "POST",
        Path = "/v1/messages",
        Model = model,
        SessionId = sessionId,
        BodyBytes = 100,
    };

    /// <summary>What a plugin's factory is lent.</summary>
    /// <param name="settings">Its settings as JSON.</param>
    /// <param name="timeProvider">Its clock; the real one unless set.</param>
    /// <param name="logger">Its logger; one that forgets unless set.</param>
    public static PluginContext PluginContext(string settings = "{}", TimeProvider? timeProvider = null, ILogger? logger = null)
    {
        using var json = JsonDocument.Parse(settings);
        var plugin = new PluginSettings("config.json: accounts", json.RootElement.Clone());
        return new PluginContext(plugin, logger ?? NullLogger.Instance, timeProvider ?? TimeProvider.System, new Random(1));
    }

    /// <summary>The body of a request for a message.</summary>
    public static string MessageBody(string prompt = "Hello", bool stream = false) => JsonSerializer.Serialize(new
    {
        model = "claude-sonnet-5-5",
        max_tokens = 100,
        stream,
        messages = new[] { new { role = "user", content = prompt } },
    });
}
