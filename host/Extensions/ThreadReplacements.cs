namespace ClaudeProxy.Extensions;

/// <summary>Lends the thread pool one thread for each that a stuck call keeps, up to a bound. Its caller holds a lock.</summary>
internal sealed class ThreadReplacements
{
    private const int Most = 64;

    private int _stuck;
    private int _ownMinimum;
    private int _threadsAtFirst;

    /// <summary>One more thread is stuck.</summary>
    public void Add()
    {
        if (_stuck++ == 0)
        {
            ThreadPool.GetMinThreads(out _ownMinimum, out _);
            _threadsAtFirst = Math.Max(_ownMinimum, ThreadPool.ThreadCount);
        }

        Apply();
    }

    /// <summary>A thread that was stuck has come back.</summary>
    public void Remove()
    {
        _stuck--;
        Apply();
    }

    // The pool grows without delay up to its minimum, and counts stuck threads as working ones.
    private void Apply()
    {
        ThreadPool.GetMinThreads(out _, out var completionPortThreads);
        ThreadPool.SetMinThreads(_stuck == 0 ? _ownMinimum : _threadsAtFirst + Math.Min(_stuck, Most), completionPortThreads);
    }
}
