using System.Buffers;
using System.Text.Json;

namespace ClaudeProxy.Endpoint;

/// <summary>What the proxy looks for in a body, in one pass over it. The body is only looked at, never changed.</summary>
internal ref struct BodyFacts
{
    /// <summary>Names and ids that are longer are not taken for one.</summary>
    public const int LongestName = 256;

    /// <summary>Tools that name a model are rare; what comes beyond these is not looked at.</summary>
    private const int MostToolModels = 8;

    /// <summary>So much of a text is looked at to tell conversations apart.</summary>
    private const int LongestHashed = 2048;

    /// <summary>Schemas of tools nest deeper than a reader allows by itself.</summary>
    private static readonly JsonReaderOptions s_deep = new() { MaxDepth = 10_000 };

    private Utf8JsonReader _reader;
    private StableHash _content;
    private List<string>? _toolModels;

    private BodyFacts(in ReadOnlySequence<byte> body) => _reader = new Utf8JsonReader(body, s_deep);

    /// <summary>The model, or <see langword="null"/>.</summary>
    public string? Model { get; private set; }

    /// <summary>Whether a stream is asked for.</summary>
    public bool IsStreaming { get; private set; }

    /// <summary>The session that <c>metadata.user_id</c> names, or <see langword="null"/>.</summary>
    public string? SessionId { get; private set; }

    /// <summary>Whether anything is to be cached for an hour.</summary>
    public bool IsCachedForAnHour { get; private set; }

    /// <summary>Models that tools name.</summary>
    public readonly IReadOnlyList<string> ToolModels => _toolModels ?? (IReadOnlyList<string>)[];

    /// <summary>A number for what does not change in a conversation (tools, system prompt, first message), or <see langword="null"/> without messages.</summary>
    public ulong? Content { get; private set; }

    /// <summary>Reads <paramref name="body"/>.</summary>
    public static BodyFacts Read(in ReadOnlySequence<byte> body)
    {
        var facts = new BodyFacts(body);
        try
        {
            facts.ReadRoot();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Not JSON, not whole, or with a text that is none (InvalidOperationException): the upstream will say so. What was found before stands.
        }

        return facts;
    }

    /// <summary>Whether <paramref name="text"/> can be a name. Names reach the log, where a control character would forge a line.</summary>
    public static bool IsName(string? text) => text is { Length: > 0 and <= LongestName } && !text.AsSpan().ContainsAny(FrontDoor.Controls);

    private void ReadRoot()
    {
        if (!_reader.Read() || _reader.TokenType != JsonTokenType.StartObject)
        {
            return;
        }

        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            if (_reader.ValueTextEquals("messages"u8))
            {
                ReadMessages();
            }
            else if (_reader.ValueTextEquals("tools"u8))
            {
                ReadTools();
            }
            else if (_reader.ValueTextEquals("system"u8))
            {
                _reader.Read();
                Walk(isContent: true);
            }
            else if (_reader.ValueTextEquals("model"u8))
            {
                Model = ReadName();
            }
            else if (_reader.ValueTextEquals("stream"u8))
            {
                IsStreaming = _reader.Read() && _reader.TokenType == JsonTokenType.True;
                _reader.Skip();
            }
            else if (_reader.ValueTextEquals("metadata"u8))
            {
                ReadMetadata();
            }
            else
            {
                WalkProperty(isContent: false);
            }
        }
    }

    private void ReadMessages()
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartArray)
        {
            _reader.Skip();
            return;
        }

        for (var isFirst = true; _reader.Read() && _reader.TokenType != JsonTokenType.EndArray; isFirst = false)
        {
            Walk(isFirst);
            Content ??= _content.Value;
        }
    }

    private void ReadTools()
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartArray)
        {
            _reader.Skip();
            return;
        }

        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            if (_reader.TokenType != JsonTokenType.StartObject)
            {
                Walk(isContent: true);
                continue;
            }

            while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
            {
                if (!_reader.ValueTextEquals("model"u8))
                {
                    WalkProperty(isContent: true);
                }
                else if (ReadName() is { } model && (_toolModels ??= []).Count < MostToolModels)
                {
                    _toolModels.Add(model);
                }
            }
        }
    }

    private void ReadMetadata()
    {
        if (!_reader.Read() || _reader.TokenType != JsonTokenType.StartObject)
        {
            _reader.Skip();
            return;
        }

        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            var isUser = _reader.ValueTextEquals("user_id"u8);
            _reader.Read();
            if (isUser && _reader.TokenType == JsonTokenType.String)
            {
                SessionId = UserIdText.SessionOf(_reader.GetString()!) is { } session && IsName(session) ? session : null;
            }

            _reader.Skip();
        }
    }

    /// <summary>The value of the property that the reader stands on, if it is a name.</summary>
    private string? ReadName()
    {
        _reader.Read();
        var name = _reader.TokenType == JsonTokenType.String && _reader.GetString() is { } text && IsName(text) ? text : null;
        _reader.Skip();
        return name;
    }

    /// <summary>Walks over the property that the reader stands on. Where a cache breakpoint is set moves on with each turn: it is none of the content.</summary>
    private void WalkProperty(bool isContent)
    {
        var isCacheControl = _reader.ValueTextEquals("cache_control"u8);
        if (isContent && !isCacheControl)
        {
            AddToken();
        }

        _reader.Read();
        if (isCacheControl)
        {
            ReadCacheControl();
        }
        else
        {
            Walk(isContent);
        }
    }

    /// <summary>Walks over the value that the reader stands on, to its last token.</summary>
    private void Walk(bool isContent)
    {
        if (_reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
        {
            if (isContent)
            {
                AddToken();
            }

            return;
        }

        var depth = _reader.CurrentDepth;
        while (_reader.Read() && _reader.CurrentDepth > depth)
        {
            if (_reader.TokenType == JsonTokenType.PropertyName && _reader.ValueTextEquals("cache_control"u8))
            {
                _reader.Read();
                ReadCacheControl();
            }
            else if (isContent)
            {
                AddToken();
            }
        }
    }

    private void ReadCacheControl()
    {
        var depth = _reader.CurrentDepth;
        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            _reader.Skip();
            return;
        }

        while (_reader.Read() && _reader.CurrentDepth > depth)
        {
            if (_reader.TokenType == JsonTokenType.PropertyName && _reader.ValueTextEquals("ttl"u8) && _reader.Read())
            {
                IsCachedForAnHour |= _reader.TokenType == JsonTokenType.String && _reader.ValueTextEquals("1h"u8);
            }
        }
    }

    /// <summary>Of a long text its beginning and its length tell enough: a hash must not cost what the whole body costs.</summary>
    private void AddToken()
    {
        _content.Add((ulong)_reader.TokenType);
        if (!_reader.HasValueSequence)
        {
            var text = _reader.ValueSpan;
            Add(text.Length, text[..Math.Min(text.Length, LongestHashed)]);
            return;
        }

        // How the body was cut into blocks must not show.
        var parts = _reader.ValueSequence;
        var length = (int)Math.Min(parts.Length, LongestHashed);
        Span<byte> beginning = stackalloc byte[LongestHashed];
        parts.Slice(0, length).CopyTo(beginning);
        Add(parts.Length, beginning[..length]);
    }

    private void Add(long length, scoped ReadOnlySpan<byte> beginning)
    {
        _content.Add((ulong)length);
        _content.Add(beginning);
    }
}
