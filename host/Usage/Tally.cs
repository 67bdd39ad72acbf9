namespace ClaudeProxy.Usage;

/// <summary>The tokens of many answers, and what moves between prompt caches cost. Thread-safe.</summary>
/// <remarks>Each number is right by itself; together they may be those of a moment between two answers.</remarks>
internal sealed class Tally
{
    private long _answers;
    private long _input;
    private long _output;
    private long _cacheRead;
    private long _cacheWrite5m;
    private long _cacheWrite1h;
    private long _moves;
    private long _lost;

    /// <summary>Answers that count: to requests for a message, begun by an account.</summary>
    public long Answers => Interlocked.Read(ref _answers);

    /// <summary>Their tokens.</summary>
    public TokenUsage Usage => new(
        Interlocked.Read(ref _input), Interlocked.Read(ref _output), Interlocked.Read(ref _cacheRead), Interlocked.Read(ref _cacheWrite5m), Interlocked.Read(ref _cacheWrite1h));

    /// <summary>Answers by an account that could not read the cache in which their conversation was.</summary>
    public long Moves => Interlocked.Read(ref _moves);

    /// <summary>Tokens that those wrote again.</summary>
    public long LostByMoves => Interlocked.Read(ref _lost);

    /// <summary>Counts one answer.</summary>
    /// <param name="usage">Its tokens.</param>
    /// <param name="lostByMove">If it moved its conversation: the tokens that it wrote again.</param>
    public void Add(in TokenUsage usage, long? lostByMove)
    {
        Interlocked.Increment(ref _answers);
        Add(ref _input, usage.Input);
        Add(ref _output, usage.Output);
        Add(ref _cacheRead, usage.CacheRead);
        Add(ref _cacheWrite5m, usage.CacheWrite5m);
        Add(ref _cacheWrite1h, usage.CacheWrite1h);
        if (lostByMove is { } lost)
        {
            Interlocked.Increment(ref _moves);
            Add(ref _lost, lost);
        }
    }

    private static void Add(ref long sum, long number)
    {
        if (number != 0)
        {
            Interlocked.Add(ref sum, number);
        }
    }
}
