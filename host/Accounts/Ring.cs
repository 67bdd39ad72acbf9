namespace ClaudeProxy.Accounts;

/// <summary>Lines that take turns, by key: a new one comes last, and whoever had its turn goes to the end. Not thread-safe.</summary>
internal sealed class Ring<TLine>
    where TLine : new()
{
    private readonly LinkedList<(string Key, TLine Line)> _order = new();
    private readonly Dictionary<string, LinkedListNode<(string Key, TLine Line)>> _nodes = new(StringComparer.Ordinal);

    /// <summary>How many lines there are.</summary>
    public int Count => _nodes.Count;

    /// <summary>The lines, in the order of their turns.</summary>
    public IEnumerable<TLine> InTurn => _order.Select(entry => entry.Line);

    /// <summary>The line of <paramref name="key"/>, or <see langword="null"/> if there is none.</summary>
    public TLine? Find(string key) => _nodes.TryGetValue(key, out var node) ? node.Value.Line : default;

    /// <summary>The line of <paramref name="key"/>, begun if there is none.</summary>
    public TLine At(string key)
    {
        if (!_nodes.TryGetValue(key, out var node))
        {
            _nodes[key] = node = _order.AddLast((key, new TLine()));
        }

        return node.Value.Line;
    }

    /// <summary>Ends the turn of <paramref name="key"/>.</summary>
    public void EndTurn(string key)
    {
        var node = _nodes[key];
        _order.Remove(node);
        _order.AddLast(node);
    }

    /// <summary>Removes the line of <paramref name="key"/>.</summary>
    public void Remove(string key)
    {
        _nodes.Remove(key, out var node);
        _order.Remove(node!);
    }
}
