using System.Collections;
using Microsoft.Extensions.ObjectPool;

namespace ClaudeProxy.Extensions;

/// <summary>The candidates of one choice, in a list that is used again: with thousands of accounts a new one for each request would be the largest
/// thing it allocates. For one thread at a time.</summary>
internal sealed class CandidateList : IReadOnlyList<Candidate>
{
    private static readonly DefaultObjectPool<CandidateList> s_pool = new(new Policy());

    // In a struct, so that storing one needs no check whether the array is of a derived type.
    private Slot[] _items = new Slot[16];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <inheritdoc />
    public Candidate this[int index] => index < Count ? _items[index].Candidate : throw new ArgumentOutOfRangeException(nameof(index));

    /// <summary>An empty list.</summary>
    public static CandidateList Rent() => s_pool.Get();

    /// <summary>Gives the list back. Only when nobody reads it any longer.</summary>
    public void Return() => s_pool.Return(this);

    /// <summary>Adds a candidate to the end.</summary>
    public void Add(Candidate candidate)
    {
        if (Count == _items.Length)
        {
            Array.Resize(ref _items, 2 * Count);
        }

        _items[Count++].Candidate = candidate;
    }

    /// <summary>Takes all of them out.</summary>
    public void Clear()
    {
        // Or accounts that are gone would be held on to.
        Array.Clear(_items, 0, Count);
        Count = 0;
    }

    /// <summary>Keeps those that <paramref name="isKept"/> names, unless there are none.</summary>
    public void Keep<TState>(TState state, Func<TState, Candidate, bool> isKept)
    {
        var kept = 0;
        for (var i = 0; i < Count; i++)
        {
            if (isKept(state, _items[i].Candidate))
            {
                _items[kept++] = _items[i];
            }
        }

        if (kept > 0)
        {
            Array.Clear(_items, kept, Count - kept);
            Count = kept;
        }
    }

    /// <summary>Whether <paramref name="candidate"/> itself is among them.</summary>
    public bool Holds(Candidate candidate)
    {
        foreach (var item in _items.AsSpan(0, Count))
        {
            if (ReferenceEquals(item.Candidate, candidate))
            {
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc />
    public IEnumerator<Candidate> GetEnumerator() => _items.Take(Count).Select(static slot => slot.Candidate).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private struct Slot
    {
        public Candidate Candidate;
    }

    private sealed class Policy : PooledObjectPolicy<CandidateList>
    {
        public override CandidateList Create() => new();

        public override bool Return(CandidateList obj)
        {
            obj.Clear();
            return true;
        }
    }
}
