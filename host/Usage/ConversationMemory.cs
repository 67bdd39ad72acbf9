namespace ClaudeProxy.Usage;

/// <summary>What of which conversation is in which prompt cache, as far as answers told. Lives beside the generations, so that a reload
/// forgets nothing. Thread-safe.</summary>
/// <remarks>Bounded: a new conversation takes the place of the one that was not heard of for longest. What has expired needs no timer: it is
/// not found, and its place is taken in its turn.</remarks>
internal sealed class ConversationMemory(int most = ConversationMemory.Most)
{
    /// <summary>Conversations that are remembered, unless a test wants fewer: some 20 MB.</summary>
    public const int Most = 65_536;

    private readonly Lock _lock = new();
    private readonly Dictionary<(ulong Conversation, string Model), LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _oldestFirst = new();

    /// <summary>Conversations that are remembered now, those included that have expired since.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _entries.Count;
            }
        }
    }

    /// <summary>What a cache still holds of the request's conversation, for its model; <see langword="null"/> if nothing is known of any.</summary>
    public CachedPrompt? Find(RequestFacts facts, DateTimeOffset now)
    {
        if (facts.Conversation == 0)
        {
            return null;
        }

        lock (_lock)
        {
            return _entries.TryGetValue(KeyOf(facts), out var node) && node.Value is var entry && entry.Until > now
                ? new CachedPrompt(entry.CacheId, entry.AccountId, entry.Tokens, entry.Until)
                : null;
        }
    }

    /// <summary>Notes that an answer has begun: from now on the account's cache holds the conversation.</summary>
    /// <param name="facts">The request; without a conversation nothing is noted.</param>
    /// <param name="account">The account that answers.</param>
    /// <param name="usage">What the answer has told so far, or nothing: then the length is taken to be as before.</param>
    /// <param name="now">The present time.</param>
    public void Note(RequestFacts facts, Candidate account, TokenUsage usage, DateTimeOffset now)
    {
        if (facts.Conversation == 0)
        {
            return;
        }

        lock (_lock)
        {
            var entry = Touch(KeyOf(facts));
            var before = entry.Until > now ? entry.Tokens : 0;
            if (usage.IsBeside(before))
            {
                return;
            }

            (entry.CacheId, entry.AccountId) = (account.CacheId, account.AccountId);
            (entry.Tokens, entry.Until) = (usage.Cached > 0 ? usage.Cached : before, now + facts.CacheLifetime);
        }
    }

    /// <summary>Notes what an answer told after it had begun. Its conversation may have moved on since: then nothing is noted.</summary>
    public void Learn(RequestFacts facts, Candidate account, TokenUsage usage)
    {
        if (facts.Conversation == 0 || usage.Cached == 0)
        {
            return;
        }

        lock (_lock)
        {
            if (_entries.TryGetValue(KeyOf(facts), out var node) && node.Value is var entry && entry.AccountId == account.AccountId)
            {
                entry.Tokens = usage.Cached;
            }
        }
    }

    private static (ulong Conversation, string Model) KeyOf(RequestFacts facts) => (facts.Conversation, facts.Model ?? "");

    /// <summary>The entry with that key, as the newest; a new one if there was none.</summary>
    private Entry Touch((ulong Conversation, string Model) key)
    {
        if (_entries.TryGetValue(key, out var node))
        {
            _oldestFirst.Remove(node);
        }
        else
        {
            node = _entries.Count < most ? new LinkedListNode<Entry>(new Entry()) : TakeOldest();
            (node.Value.Key, node.Value.Until) = (key, default);
            _entries.Add(key, node);
        }

        _oldestFirst.AddLast(node);
        return node.Value;
    }

    private LinkedListNode<Entry> TakeOldest()
    {
        var node = _oldestFirst.First!;
        _oldestFirst.RemoveFirst();
        _entries.Remove(node.Value.Key);
        return node;
    }

    private sealed class Entry
    {
        public (ulong Conversation, string Model) Key { get; set; }

        public string CacheId { get; set; } = "";

        public string AccountId { get; set; } = "";

        public long Tokens { get; set; }

        public DateTimeOffset Until { get; set; }
    }
}
