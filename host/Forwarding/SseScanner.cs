using ClaudeProxy.Usage;

namespace ClaudeProxy.Forwarding;

/// <summary>Follows a stream of server-sent events beside the copy, without keeping it: which event came first, whether the message has
/// ended, whether the last byte ended an event, and what it says of tokens. For one thread at a time.</summary>
internal sealed class SseScanner
{
    /// <summary>Enough for <c>event: </c> and every name we look for.</summary>
    private const int LongestLookedAt = 64;

    private readonly byte[] _line = new byte[LongestLookedAt];
    private int _lineLength;
    private bool _isAfterReturn;
    private bool _hasFields;
    private bool _hasData;
    private Kind _event;
    private UsageReader? _usage;

    private enum Kind
    {
        None,
        Other,
        Ping,
        Error,
        MessageStart,
        MessageDelta,
        MessageStop,
    }

    private static ReadOnlySpan<byte> Data => "data:"u8;

    /// <summary>Whether an event other than a ping has come.</summary>
    public bool HasEvent { get; private set; }

    /// <summary>Whether the first such event was an error.</summary>
    public bool BeganWithError { get; private set; }

    /// <summary>Whether a message of the API has begun.</summary>
    public bool HasMessage { get; private set; }

    /// <summary>Whether <c>message_stop</c> or an error has come: the stream may end.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Whether the last byte ended a line, or none has begun.</summary>
    public bool IsBetweenLines => _lineLength == 0;

    /// <summary>Whether the last byte ended an event, or none has begun.</summary>
    public bool IsBetweenEvents => IsBetweenLines && !_hasFields;

    /// <summary>The tokens it has told of so far.</summary>
    public TokenUsage Usage => _usage?.Usage ?? default;

    /// <summary>Looks at the next bytes.</summary>
    public void Feed(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            // A line ends with LF, CR or both, and both may come apart.
            bytes = _isAfterReturn && bytes[0] == (byte)'\n' ? bytes[1..] : bytes;
            _isAfterReturn = false;
            var end = bytes.IndexOfAny((byte)'\n', (byte)'\r');
            if (end < 0)
            {
                Keep(bytes);
                return;
            }

            Keep(bytes[..end]);
            EndLine();
            _isAfterReturn = bytes[end] == (byte)'\r';
            bytes = bytes[(end + 1)..];
        }
    }

    private void Keep(ReadOnlySpan<byte> part)
    {
        var room = LongestLookedAt - Math.Min(_lineLength, LongestLookedAt);
        part[..Math.Min(part.Length, room)].CopyTo(_line.AsSpan(Math.Min(_lineLength, LongestLookedAt)));
        _lineLength += part.Length;
        if (_event is Kind.MessageStart or Kind.MessageDelta)
        {
            ReadUsage(part);
        }
    }

    /// <summary>Reads on in the data of an event that may tell of tokens.</summary>
    /// <param name="part">The end of the line so far.</param>
    private void ReadUsage(ReadOnlySpan<byte> part)
    {
        if (_lineLength > Data.Length && _line.AsSpan(0, Data.Length).SequenceEqual(Data))
        {
            _usage!.Feed(part[Math.Max(0, Data.Length - (_lineLength - part.Length))..]);
        }
    }

    private void EndLine()
    {
        var line = _line.AsSpan(0, Math.Min(_lineLength, LongestLookedAt));
        if (line.IsEmpty)
        {
            EndEvent();
        }
        else if (line[0] != (byte)':')
        {
            _hasFields = true;
            _hasData |= line.StartsWith(Data);
            if (line.StartsWith("event:"u8))
            {
                BeginEvent(KindOf(line["event:"u8.Length..].TrimStart((byte)' ')));
            }
        }

        _lineLength = 0;
    }

    private void BeginEvent(Kind kind)
    {
        _event = kind;
        if (kind is Kind.MessageStart or Kind.MessageDelta)
        {
            // The first has a whole message in its data, the others are about it.
            (_usage ??= new UsageReader()).Begin(depth: kind == Kind.MessageStart ? 2 : 1);
        }
    }

    private void EndEvent()
    {
        // A name or data make an event; "retry:" or "id:" alone do not.
        if ((_hasData || _event != Kind.None) && _event != Kind.Ping)
        {
            BeganWithError |= !HasEvent && _event == Kind.Error;
            HasEvent = true;
            HasMessage |= _event == Kind.MessageStart;
            HasEnded |= _event is Kind.MessageStop or Kind.Error;
        }

        (_hasFields, _hasData, _event) = (false, false, Kind.None);
    }

    private static Kind KindOf(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("ping"u8) ? Kind.Ping
        : name.SequenceEqual("error"u8) ? Kind.Error
        : name.SequenceEqual("message_start"u8) ? Kind.MessageStart
        : name.SequenceEqual("message_delta"u8) ? Kind.MessageDelta
        : name.SequenceEqual("message_stop"u8) ? Kind.MessageStop
        : Kind.Other;
}
