namespace ClaudeProxy.Endpoint;

/// <summary>The memory that all request bodies share. Nobody waits for it: a request that does not fit is refused, or half-read
/// bodies could wait for each other for ever. Thread-safe.</summary>
internal sealed class BodyMemory(long limit)
{
    private long _used;

    /// <summary>The most that may be reserved, in bytes.</summary>
    public long Limit { get; } = limit;

    /// <summary>Bytes reserved now.</summary>
    public long Used => Interlocked.Read(ref _used);

    /// <summary>Reserves <paramref name="bytes"/>; false if there is no room.</summary>
    public bool TryReserve(long bytes)
    {
        var seen = Interlocked.Read(ref _used);
        while (seen + bytes <= Limit)
        {
            var before = Interlocked.CompareExchange(ref _used, seen + bytes, seen);
            if (before == seen)
            {
                return true;
            }

            seen = before;
        }

        return false;
    }

    /// <summary>Gives <paramref name="bytes"/> back.</summary>
    public void Release(long bytes) => Interlocked.Add(ref _used, -bytes);
}
