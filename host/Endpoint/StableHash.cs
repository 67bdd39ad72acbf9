using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace ClaudeProxy.Endpoint;

/// <summary>A number for a row of texts that is the same in every process and on every machine, as <see cref="HashCode"/> is not. Mutable; for one thread.</summary>
/// <remarks>Folded multiplication, eight bytes a step. Not for secrets: who knows the texts may well find others with the same number.</remarks>
internal struct StableHash
{
    // Digits of the golden ratio and of pi: any odd numbers with well-mixed bits do.
    private const ulong First = 0x9E3779B97F4A7C15;
    private const ulong Second = 0x243F6A8885A308D3;

    private ulong _state;

    /// <summary>The number for what was added; never 0.</summary>
    public readonly ulong Value => Fold(_state ^ Second, First) is not 0 and var value ? value : First;

    /// <summary>Adds a text; <see langword="null"/> differs from the empty one.</summary>
    public void Add(string? text)
    {
        Add(text is null ? ulong.MaxValue : (ulong)text.Length);
        Mix(MemoryMarshal.AsBytes(text.AsSpan()));
    }

    /// <summary>Adds some bytes as one text.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        Add((ulong)bytes.Length);
        Mix(bytes);
    }

    /// <summary>Adds a number.</summary>
    public void Add(ulong number) => _state = Fold(_state ^ number ^ First, Second);

    private static ulong Fold(ulong one, ulong other)
    {
        var high = Math.BigMul(one, other, out var low);
        return BitOperations.RotateLeft(high, 32) ^ low;
    }

    private void Mix(ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            Add(BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        var rest = 0UL;
        foreach (var value in bytes)
        {
            rest = (rest << 8) | value;
        }

        Add(rest);
    }
}
