using System.Buffers;

namespace ClaudeProxy.Usage;

/// <summary>Finds the <c>usage</c> object in JSON that passes by, whatever its length and in whatever parts it comes. For one thread at a time.</summary>
/// <remarks>Nothing is kept but where in the JSON it stands and, if it comes in parts, the object itself. What is no JSON is passed over; what
/// was read before stands.</remarks>
internal sealed class UsageReader
{
    /// <summary>Ten times what the API sends; one that is longer is not read.</summary>
    private const int LongestObject = 8 * 1024;

    /// <summary>What has a meaning outside of texts. A comma shows that a text was no name.</summary>
    private static readonly SearchValues<byte> s_structure = SearchValues.Create("\"{}[],"u8);

    private UsageFields _fields;
    private ArrayBufferWriter<byte>? _kept;
    private int _wanted = 1;
    private int _depth;
    private int _matched;
    private int _length;
    private bool _isInText;
    private bool _isEscaped;
    private bool _isAfterName;
    private bool _isInObject;

    private static ReadOnlySpan<byte> Name => "usage"u8;

    /// <summary>The tokens it has read of so far; where it has read of some several times, as it was the last time.</summary>
    public TokenUsage Usage => _fields.Usage;

    /// <summary>Begins with another JSON object.</summary>
    /// <param name="depth">How deep in it the properties are among which <c>usage</c> is: 1 for its own.</param>
    public void Begin(int depth)
    {
        (_wanted, _depth) = (depth, 0);
        (_isInText, _isEscaped, _isAfterName, _isInObject) = (false, false, false, false);
    }

    /// <summary>Looks at the next bytes.</summary>
    public void Feed(ReadOnlySpan<byte> bytes)
    {
        var (at, from) = (0, 0);
        while (at < bytes.Length)
        {
            if (_isInText)
            {
                at += PassText(bytes[at..]);
                continue;
            }

            var step = bytes[at..].IndexOfAny(s_structure);
            if (step < 0)
            {
                break;
            }

            at += step + 1;
            switch (bytes[at - 1])
            {
                case (byte)'"':
                    (_isInText, _matched) = (true, _depth == _wanted ? 0 : -1);
                    break;
                case (byte)'{':
                    from = _isAfterName ? at - 1 : from;
                    Open(_isAfterName);
                    break;
                case (byte)'[':
                    Open(isObject: false);
                    break;
                case (byte)'}' or (byte)']':
                    _depth--;
                    if (_isInObject && _depth == _wanted)
                    {
                        Read(bytes[from..at]);
                    }

                    break;
            }

            _isAfterName = false;
        }

        if (_isInObject)
        {
            Keep(bytes[from..]);
        }
    }

    private void Open(bool isObject)
    {
        if (isObject)
        {
            (_isInObject, _length) = (true, 0);
            _kept?.ResetWrittenCount();
        }

        _depth++;
    }

    /// <summary>Passes over a text, to its end or that of <paramref name="bytes"/>, and says how many bytes that were.</summary>
    private int PassText(ReadOnlySpan<byte> bytes)
    {
        if (_isEscaped)
        {
            _isEscaped = false;
            return 1;
        }

        var end = bytes.IndexOfAny((byte)'"', (byte)'\\');
        var part = end < 0 ? bytes : bytes[..end];
        _matched = _matched >= 0 && Name[_matched..].StartsWith(part) ? _matched + part.Length : -1;
        if (end < 0)
        {
            return bytes.Length;
        }

        if (bytes[end] == (byte)'\\')
        {
            (_isEscaped, _matched) = (true, -1);
        }
        else
        {
            (_isInText, _isAfterName) = (false, _matched == Name.Length);
        }

        return end + 1;
    }

    private void Keep(ReadOnlySpan<byte> part)
    {
        _length += part.Length;
        if (_length <= LongestObject)
        {
            (_kept ??= new ArrayBufferWriter<byte>(LongestObject / 8)).Write(part);
        }
        else
        {
            // As if it had never begun.
            _isInObject = false;
        }
    }

    private void Read(ReadOnlySpan<byte> end)
    {
        _isInObject = false;
        if (_length == 0 && end.Length <= LongestObject)
        {
            _fields.Read(end);
        }
        else if (_length + end.Length <= LongestObject)
        {
            _kept!.Write(end);
            _fields.Read(_kept!.WrittenSpan);
        }
    }
}
