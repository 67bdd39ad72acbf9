using System.Buffers;

namespace ClaudeProxy.Forwarding;

/// <summary>A request body in pooled memory, read once and sent as often as needed. Thread-safe.</summary>
/// <remarks>
/// The blocks go back to the pool only when nobody can read them any more: each sending holds a reference, and so does the owner until
/// <see cref="Release"/>. After a sending that ended in an exception it is not certain that the socket has let go of a block, so
/// then they are left to the garbage collector: a block reused while it is still being read would be one client's prompt in another's request.
/// </remarks>
internal sealed class BodyBlocks
{
    private readonly List<(byte[] Block, int Count)> _blocks = new(1);
    private readonly long _announced;
    private readonly Action? _released;
    private int _references = 1;
    private volatile bool _unsure;

    /// <summary>An empty body.</summary>
    /// <param name="released">Called once, when the body is gone.</param>
    /// <param name="announced">How long it is going to be, as far as is known.</param>
    public BodyBlocks(Action? released = null, long announced = 0) => (_released, _announced) = (released, announced);

    /// <summary>Length in bytes.</summary>
    public long Length { get; private set; }

    /// <summary>The body as one sequence. Valid only while a reference is held.</summary>
    public ReadOnlySequence<byte> AsSequence()
    {
        if (_blocks.Count == 0)
        {
            return ReadOnlySequence<byte>.Empty;
        }

        if (_blocks.Count == 1)
        {
            return new ReadOnlySequence<byte>(_blocks[0].Block, 0, _blocks[0].Count);
        }

        var first = new Segment(_blocks[0], 0);
        var last = first;
        foreach (var block in _blocks.Skip(1))
        {
            last = last.Append(block);
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    /// <summary>Adds a copy of <paramref name="bytes"/> to the end. Only before the first sending.</summary>
    public void Append(in ReadOnlySequence<byte> bytes)
    {
        foreach (var part in bytes)
        {
            Append(part.Span);
        }
    }

    /// <summary>Takes a reference for one sending; false if the body is already gone.</summary>
    public bool TryAddReference()
    {
        var seen = Volatile.Read(ref _references);
        while (seen > 0)
        {
            var before = Interlocked.CompareExchange(ref _references, seen + 1, seen);
            if (before == seen)
            {
                return true;
            }

            seen = before;
        }

        return false;
    }

    /// <summary>Marks the blocks as possibly still being read by a socket.</summary>
    public void LeaveToCollector() => _unsure = true;

    /// <summary>Gives a reference back; the last one returns the memory.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _references) != 0)
        {
            return;
        }

        if (!_unsure)
        {
            foreach (var (block, _) in _blocks)
            {
                BlockPool.Return(block);
            }
        }

        _blocks.Clear();
        _released?.Invoke();
    }

    /// <summary>How many blocks there are.</summary>
    public int Count => _blocks.Count;

    /// <summary>A block, counted from 0. Valid only while a reference is held.</summary>
    public ReadOnlyMemory<byte> this[int index] => new(_blocks[index].Block, 0, _blocks[index].Count);

    private void Append(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var (block, count) = _blocks.Count > 0 ? _blocks[^1] : ([], 0);
            if (count == block.Length)
            {
                (block, count) = (BlockPool.Rent(SizeFor(bytes.Length)), 0);
                _blocks.Add((block, 0));
            }

            var take = Math.Min(bytes.Length, block.Length - count);
            bytes[..take].CopyTo(block.AsSpan(count));
            _blocks[^1] = (block, count + take);
            Length += take;
            bytes = bytes[take..];
        }
    }

    /// <summary>Small bodies get small blocks; what does not fit the first one gets full ones.</summary>
    private long SizeFor(int bytes) => _blocks.Count == 0 ? Math.Max(bytes, Math.Max(_announced, 1024)) : BlockPool.BlockSize;

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment((byte[] Block, int Count) part, long runningIndex) =>
            (Memory, RunningIndex) = (new ReadOnlyMemory<byte>(part.Block, 0, part.Count), runningIndex);

        public Segment Append((byte[] Block, int Count) part)
        {
            var next = new Segment(part, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
