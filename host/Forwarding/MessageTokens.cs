using ClaudeProxy.Usage;

namespace ClaudeProxy.Forwarding;

/// <summary>Reads what a message in one piece says of tokens while its bytes pass by, compressed or not. For one thread at a time. Dispose it.</summary>
internal sealed class MessageTokens : IDisposable
{
    private readonly UsageReader _reader = new();
    private readonly ContentDecoder? _decoder;

    private MessageTokens(ContentDecoder? decoder) => _decoder = decoder;

    /// <summary>The tokens it has told of so far.</summary>
    public TokenUsage Usage => _reader.Usage;

    /// <summary>Reads an answer with that head; <see langword="null"/> if it is no JSON, or compressed in a way that is not known.</summary>
    public static MessageTokens? TryCreate(AnswerHead head)
    {
        var decoder = head is { IsJson: true, ContentCoding: { } coding } ? ContentDecoder.TryCreate(coding) : null;
        return head.IsJson && (head.ContentCoding is null || decoder is not null) ? new MessageTokens(decoder) : null;
    }

    /// <summary>Looks at the next bytes.</summary>
    public void Feed(ReadOnlyMemory<byte> bytes)
    {
        if (_decoder is null)
        {
            _reader.Feed(bytes.Span);
        }
        else
        {
            _decoder.Feed(bytes, _reader);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _decoder?.Dispose();
}
