using System.Runtime.InteropServices;
using Microsoft.Extensions.ObjectPool;

namespace ClaudeProxy.Extensions;

/// <summary>The candidates of one choice, in a list that is used again: with thousands of accounts a new one for each request would be the largest
/// thing it allocates. For one thread at a time.</summary>
/// <remarks>A <see cref="List{T}"/>, and not just a list, so that a balancer can read it without a call for each candidate.</remarks>
internal sealed class CandidateList : List<Candidate>
{
    private static readonly DefaultObjectPool<CandidateList> s_pool = new(new Policy());

    /// <summary>An empty list.</summary>
    public static CandidateList Rent() => s_pool.Get();

    /// <summary>Gives the list back. Only when nobody reads it any longer.</summary>
    public void Return() => s_pool.Return(this);

    /// <summary>Keeps those that <paramref name="isKept"/> names, unless there are none.</summary>
    public void Keep<TState>(TState state, Func<TState, Candidate, bool> isKept)
    {
        var kept = 0;
        var items = CollectionsMarshal.AsSpan(this);
        foreach (var item in items)
        {
            if (isKept(state, item))
            {
                items[kept++] = item;
            }
        }

        if (kept > 0)
        {
            RemoveRange(kept, Count - kept);
        }
    }

    /// <summary>Whether <paramref name="candidate"/> itself is among them.</summary>
    public bool Holds(Candidate candidate)
    {
        foreach (var item in CollectionsMarshal.AsSpan(this))
        {
            if (ReferenceEquals(item, candidate))
            {
                return true;
            }
        }

        return false;
    }

    private sealed class Policy : PooledObjectPolicy<CandidateList>
    {
        public override CandidateList Create() => [];

        public override bool Return(CandidateList obj)
        {
            // Or accounts that are gone would be held on to.
            obj.Clear();
            return true;
        }
    }
}
