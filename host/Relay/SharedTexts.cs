using System.Collections.Concurrent;

namespace ClaudeProxy.Relay;

/// <summary>Keeps one text where many that are equal would live long. Thread-safe.</summary>
/// <param name="most">So many are kept, about; further ones stay what they are.</param>
/// <param name="longest">The most characters of one that is kept.</param>
internal sealed class SharedTexts(int most, int longest)
{
    private readonly ConcurrentDictionary<string, string> _texts = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>The kept text that equals <paramref name="text"/>, or that itself.</summary>
    public string Share(string text)
    {
        if (_texts.TryGetValue(text, out var kept))
        {
            return kept;
        }

        if (text.Length > longest || Volatile.Read(ref _count) >= most)
        {
            return text;
        }

        Interlocked.Increment(ref _count);
        return _texts.GetOrAdd(text, text);
    }
}
