using System.Buffers;
using System.Text.Json;
using ClaudeProxy.Forwarding;
using Microsoft.AspNetCore.Http;

namespace ClaudeProxy.Endpoint;

/// <summary>Reads what the proxy needs to know of a request: a few headers, and four places of the body. The body is only looked at, never changed.</summary>
internal static class RequestFactsReader
{
    /// <summary>Names and ids that are longer are not taken for one.</summary>
    private const int LongestName = 256;

    /// <summary>Schemas of tools nest deeper than a reader allows by itself.</summary>
    private static readonly JsonReaderOptions s_deep = new() { MaxDepth = 10_000 };

    /// <summary>The facts of a request.</summary>
    /// <param name="requestId">The proxy's id of it.</param>
    /// <param name="request">The request.</param>
    /// <param name="path">Its path as the client sent it.</param>
    /// <param name="body">Its body, or <see langword="null"/> if there is none.</param>
    /// <param name="client">The name of the client's key, or <see langword="null"/>.</param>
    public static RequestFacts Read(string requestId, HttpRequest request, string path, BodyBlocks? body, string? client)
    {
        var inBody = body is null || request.Headers.ContentEncoding.Count > 0 ? default : ReadBody(body.AsSequence());
        return new RequestFacts
        {
            RequestId = requestId,
            Method = request.Method,
            Path = path,
            Model = inBody.Model,
            IsStreaming = inBody.IsStreaming,
            SessionId = Header(request, "x-claude-code-session-id") ?? inBody.SessionId,
            AgentId = Header(request, "x-claude-code-agent-id"),
            Client = client,
            BodyBytes = body?.Length ?? 0,
        };
    }

    private static string? Header(HttpRequest request, string name) =>
        request.Headers.TryGetValue(name, out var values) && IsName(values.ToString()) ? values.ToString() : null;

    /// <summary>Names reach the log, where a control character would forge a line.</summary>
    private static bool IsName(string? text) => text is { Length: > 0 and <= LongestName } && !text.Any(char.IsControl);

    private static (string? Model, bool IsStreaming, string? SessionId) ReadBody(in ReadOnlySequence<byte> body)
    {
        (string? Model, bool IsStreaming, string? SessionId) facts = default;
        var reader = new Utf8JsonReader(body, s_deep);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return facts;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("model"u8))
                {
                    facts.Model = ReadName(ref reader);
                }
                else if (reader.ValueTextEquals("stream"u8))
                {
                    facts.IsStreaming = reader.Read() && reader.TokenType == JsonTokenType.True;
                }
                else if (reader.ValueTextEquals("metadata"u8))
                {
                    facts.SessionId = ReadSession(ref reader);
                    continue;
                }
                else
                {
                    reader.Read();
                }

                reader.Skip();
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Not JSON, not whole, or with a text that is none (InvalidOperationException): the upstream will say so. What was found before stands.
        }

        return facts;
    }

    private static string? ReadName(ref Utf8JsonReader reader) =>
        reader.Read() && reader.TokenType == JsonTokenType.String && reader.GetString() is { } name && IsName(name) ? name : null;

    private static string? ReadSession(ref Utf8JsonReader reader)
    {
        string? session = null;
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return null;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isUser = reader.ValueTextEquals("user_id"u8);
            reader.Read();
            if (isUser && reader.TokenType == JsonTokenType.String)
            {
                session = SessionOf(reader.GetString()!);
            }

            reader.Skip();
        }

        return session;
    }

    /// <summary>Claude Code writes a JSON object into <c>user_id</c>; older versions end it with <c>_session_</c> and the id.</summary>
    private static string? SessionOf(string userId)
    {
        const string OldForm = "_session_";
        if (userId.StartsWith('{'))
        {
            try
            {
                using var document = JsonDocument.Parse(userId);
                return document.RootElement.TryGetProperty("session_id", out var session) && session.ValueKind == JsonValueKind.String && IsName(session.GetString())
                    ? session.GetString()
                    : null;
            }
            catch (JsonException)
            {
                return null;
            }
        }

        var at = userId.LastIndexOf(OldForm, StringComparison.Ordinal);
        return at >= 0 && userId[(at + OldForm.Length)..] is { } old && IsName(old) ? old : null;
    }
}
