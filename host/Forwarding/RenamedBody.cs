using System.Buffers;
using System.Text.Json;
using ClaudeProxy.Accounts;

namespace ClaudeProxy.Forwarding;

/// <summary>A body in which models bear the names that an account's upstream has for them; every other byte is the client's. Valid as long as the body.</summary>
/// <param name="Parts">The parts, in order.</param>
/// <param name="Length">Their length in bytes.</param>
internal sealed record RenamedBody(IReadOnlyList<ReadOnlyMemory<byte>> Parts, long Length)
{
    private static readonly JsonReaderOptions s_deep = new() { MaxDepth = 10_000 };

    /// <summary>The body as <paramref name="account"/> sends it, or <see langword="null"/> if it is sent as it is.</summary>
    public static RenamedBody? Of(BodyBlocks body, Account account)
    {
        if (account.ModelNames.Count == 0)
        {
            return null;
        }

        var sequence = body.AsSequence();
        var places = new List<Place>();
        try
        {
            Find(sequence, account, places);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Not whole, or no JSON: the upstream will say so.
        }

        return places.Count > 0 ? Splice(sequence, places) : null;
    }

    private static RenamedBody Splice(in ReadOnlySequence<byte> body, List<Place> places)
    {
        var parts = new List<ReadOnlyMemory<byte>>();
        var (at, length) = (0L, body.Length);
        foreach (var (start, end, name) in places)
        {
            Add(parts, body.Slice(at, start - at));
            parts.Add(name);
            (at, length) = (end, length + name.Length - (end - start));
        }

        Add(parts, body.Slice(at));
        return new RenamedBody(parts, length);
    }

    private static void Add(List<ReadOnlyMemory<byte>> parts, in ReadOnlySequence<byte> bytes)
    {
        foreach (var part in bytes)
        {
            parts.Add(part);
        }
    }

    /// <summary>The model of the request, and those that its tools name.</summary>
    private static void Find(in ReadOnlySequence<byte> body, Account account, List<Place> places)
    {
        var reader = new Utf8JsonReader(body, s_deep);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isTools = reader.ValueTextEquals("tools"u8);
            FindInProperty(ref reader, account, places);
            if (!isTools || reader.TokenType != JsonTokenType.StartArray)
            {
                reader.Skip();
                continue;
            }

            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (reader.TokenType != JsonTokenType.StartObject)
                {
                    reader.Skip();
                    continue;
                }

                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    FindInProperty(ref reader, account, places);
                    reader.Skip();
                }
            }
        }
    }

    /// <summary>Moves to the value of a property, which is a place if it names a model that has another name.</summary>
    private static void FindInProperty(ref Utf8JsonReader reader, Account account, List<Place> places)
    {
        var isModel = reader.ValueTextEquals("model"u8);
        reader.Read();
        if (isModel && reader.TokenType == JsonTokenType.String && account.NameFor(reader.GetString()!) is { } name)
        {
            places.Add(new Place(reader.TokenStartIndex, reader.BytesConsumed, JsonSerializer.SerializeToUtf8Bytes(name)));
        }
    }

    private readonly record struct Place(long Start, long End, ReadOnlyMemory<byte> Name);
}
