namespace ClaudeProxy.Explain;

/// <summary>The decision records of the last requests, and, for longer, of those that did not go straight. Bounded, thread-safe.</summary>
/// <remarks>Two rings, because the request that somebody asks about has long been followed by thousands that were served at once.</remarks>
internal sealed class DecisionLog(TimeProvider timeProvider)
{
    /// <summary>So many requests are remembered of each kind.</summary>
    public const int Capacity = 1024;

    private readonly Ring _all = new();
    private readonly Ring _notable = new();

    /// <summary>Begins the record of a request.</summary>
    public DecisionRecord Begin(RequestFacts facts)
    {
        var record = new DecisionRecord(facts, this, timeProvider);
        _all.Add(record);
        return record;
    }

    /// <summary>Keeps <paramref name="record"/> for longer: its request failed over, waited, or was refused.</summary>
    public void Keep(DecisionRecord record) => _notable.Add(record);

    /// <summary>The record of the request with that id, or <see langword="null"/>.</summary>
    public DecisionRecord? Find(string requestId) =>
        _notable.NewestFirst().Concat(_all.NewestFirst()).FirstOrDefault(record => record.RequestId == requestId);

    /// <summary>The newest <paramref name="count"/> records, the newest first.</summary>
    /// <param name="count">How many at most.</param>
    /// <param name="onlyNotable">Whether those that were served at once are left out.</param>
    public IReadOnlyList<DecisionRecord> Last(int count, bool onlyNotable) =>
        [.. (onlyNotable ? _notable : _all).NewestFirst().Take(count)];

    private sealed class Ring
    {
        private readonly DecisionRecord?[] _slots = new DecisionRecord?[Capacity];
        private uint _next;

        public void Add(DecisionRecord record) => Volatile.Write(ref _slots[(Interlocked.Increment(ref _next) - 1) % Capacity], record);

        /// <summary>While records are added, one may be missing or told twice; nobody waits for a reader.</summary>
        public IEnumerable<DecisionRecord> NewestFirst()
        {
            var next = Volatile.Read(ref _next);
            for (uint back = 1; back <= Capacity; back++)
            {
                if (Volatile.Read(ref _slots[(next - back) % Capacity]) is { } record)
                {
                    yield return record;
                }
            }
        }
    }
}
