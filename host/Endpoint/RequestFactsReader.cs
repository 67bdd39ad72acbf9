using ClaudeProxy.Forwarding;
using Microsoft.AspNetCore.Http;

namespace ClaudeProxy.Endpoint;

/// <summary>Reads what the proxy needs to know of a request: a few headers, and a few places of the body.</summary>
internal static class RequestFactsReader
{
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_fiveMinutes = TimeSpan.FromMinutes(5);

    /// <summary>The facts of a request.</summary>
    /// <param name="requestId">The proxy's id of it.</param>
    /// <param name="request">The request.</param>
    /// <param name="path">Its path as the client sent it.</param>
    /// <param name="body">Its body, or <see langword="null"/> if there is none.</param>
    /// <param name="client">The name of the client's key, or <see langword="null"/>.</param>
    public static RequestFacts Read(string requestId, HttpRequest request, string path, BodyBlocks? body, string? client)
    {
        var inBody = body is null || request.Headers.ContentEncoding.Count > 0 ? default : BodyFacts.Read(body.AsSequence());
        var session = Header(request, "x-claude-code-session-id") ?? inBody.SessionId;
        var agent = Header(request, "x-claude-code-agent-id");
        return new RequestFacts
        {
            RequestId = requestId,
            Method = request.Method,
            Path = path,
            Model = inBody.Model,
            ToolModels = inBody.ToolModels,
            IsStreaming = inBody.IsStreaming,
            SessionId = session,
            AgentId = agent,
            Client = client,
            Conversation = ConversationOf(client, session, agent, inBody.Model, inBody.Content),
            CacheLifetime = inBody.IsCachedForAnHour ? s_hour : s_fiveMinutes,
            BodyBytes = body?.Length ?? 0,
        };
    }

    private static string? Header(HttpRequest request, string name) =>
        request.Headers.TryGetValue(name, out var values) && BodyFacts.IsName(values.ToString()) ? values.ToString() : null;

    /// <summary>Scoped by the client: a session's id is the client's to choose, and no way into another one's.</summary>
    private static ulong ConversationOf(string? client, string? session, string? agent, string? model, ulong? content)
    {
        if (session is null && content is null)
        {
            return 0;
        }

        var hash = new StableHash();
        hash.Add(client);
        hash.Add(agent);
        hash.Add(session);
        if (session is null)
        {
            hash.Add(model);
            hash.Add(content!.Value);
        }

        return hash.Value;
    }
}
