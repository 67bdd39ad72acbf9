using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;

namespace ClaudeProxy.Chaos.Upstreams;

/// <summary>Reads the few things of a request that the simulated upstream needs. For one connection.</summary>
internal sealed class UpstreamRequest
{
    private readonly string _head;

    private UpstreamRequest(string head) => _head = head;

    /// <summary>The number that the client gave it.</summary>
    public string Number => Header("x-chaos-request") ?? "0";

    /// <summary>Whether it asks for a stream.</summary>
    public bool IsStreaming => Header("x-chaos-stream") == "1";

    /// <summary>Whether the sender waits to be told to go on.</summary>
    public bool WaitsForContinue => Header("expect") is not null;

    /// <summary>The account that the key names.</summary>
    public int Account => int.Parse((Header("x-api-key") ?? "0")[^1..], CultureInfo.InvariantCulture);

    /// <summary>Reads a head; <see langword="null"/> at the end of the connection.</summary>
    public static async Task<UpstreamRequest?> ReadHeadAsync(PipeReader reader, CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (TryReadHead(result.Buffer, out var head, out var consumed))
            {
                reader.AdvanceTo(consumed);
                return new UpstreamRequest(head);
            }

            if (result.IsCompleted)
            {
                return null;
            }

            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    /// <summary>Reads the body and gives its hash.</summary>
    public async Task<string> ReadBodyAsync(PipeReader reader, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var left = long.Parse(Header("content-length") ?? "0", CultureInfo.InvariantCulture);
        while (left > 0)
        {
            var result = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var part = result.Buffer.Slice(0, Math.Min(left, result.Buffer.Length));
            foreach (var segment in part)
            {
                hash.AppendData(segment.Span);
            }

            left -= part.Length;
            reader.AdvanceTo(part.End);
            if (left > 0 && result.IsCompleted)
            {
                throw new IOException("The proxy broke off.");
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset()[..8]);
    }

    private static bool TryReadHead(in ReadOnlySequence<byte> buffer, out string head, out SequencePosition consumed)
    {
        var reader = new SequenceReader<byte>(buffer);
        var isWhole = reader.TryReadTo(out ReadOnlySequence<byte> bytes, "\r\n\r\n"u8);
        (head, consumed) = (isWhole ? Encoding.Latin1.GetString(bytes) : "", reader.Position);
        return isWhole;
    }

    private string? Header(string name)
    {
        var at = _head.IndexOf($"\r\n{name}:", StringComparison.OrdinalIgnoreCase);
        if (at < 0)
        {
            return null;
        }

        var from = at + name.Length + 3;
        var to = _head.IndexOf('\r', from);
        return _head[from..(to < 0 ? _head.Length : to)].Trim();
    }
}
