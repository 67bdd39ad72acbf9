using System.Text.Json;

namespace ClaudeProxy.Usage;

/// <summary>The numbers of <c>usage</c> objects as they come: later ones are cumulative, and may leave out what has not changed. For one thread at a time.</summary>
/// <remarks>Changes in place, so keep it in a field.</remarks>
internal struct UsageFields
{
    private int? _input;
    private int? _output;
    private int? _cacheRead;
    private int? _cacheWrite;
    private int? _cacheWrite5m;
    private int? _cacheWrite1h;

    /// <summary>What they come to. What was written for an unknown time counts as written for 5 minutes, which is what a cache does unless asked otherwise.</summary>
    public readonly TokenUsage Usage
    {
        get
        {
            var oneHour = _cacheWrite1h ?? 0;
            return new TokenUsage(_input ?? 0, _output ?? 0, _cacheRead ?? 0, Math.Max(_cacheWrite5m ?? 0, (_cacheWrite ?? 0) - oneHour), oneHour);
        }
    }

    /// <summary>Reads one <c>usage</c> object; of one that is broken, what comes before the break.</summary>
    public void Read(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        try
        {
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                ReadProperty(ref reader);
            }
        }
        catch (JsonException)
        {
            // The answer is the client's business; here it only counts.
        }
    }

    private void ReadProperty(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("input_tokens"u8))
        {
            _input = ReadNumber(ref reader) ?? _input;
        }
        else if (reader.ValueTextEquals("output_tokens"u8))
        {
            _output = ReadNumber(ref reader) ?? _output;
        }
        else if (reader.ValueTextEquals("cache_read_input_tokens"u8))
        {
            _cacheRead = ReadNumber(ref reader) ?? _cacheRead;
        }
        else if (reader.ValueTextEquals("cache_creation_input_tokens"u8))
        {
            _cacheWrite = ReadNumber(ref reader) ?? _cacheWrite;
        }
        else if (reader.ValueTextEquals("cache_creation"u8))
        {
            ReadWrites(ref reader);
        }
        else
        {
            reader.Skip();
        }
    }

    private void ReadWrites(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("ephemeral_5m_input_tokens"u8))
            {
                _cacheWrite5m = ReadNumber(ref reader) ?? _cacheWrite5m;
            }
            else if (reader.ValueTextEquals("ephemeral_1h_input_tokens"u8))
            {
                _cacheWrite1h = ReadNumber(ref reader) ?? _cacheWrite1h;
            }
            else
            {
                reader.Skip();
            }
        }
    }

    /// <summary>The next value if it is a number of tokens.</summary>
    private static int? ReadNumber(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Number)
        {
            return reader.TryGetInt32(out var number) && number >= 0 ? number : null;
        }

        reader.Skip();
        return null;
    }
}
