namespace ClaudeProxy.Policies;

/// <summary>One version of a script, loaded and ready to run. Thread-safe; dispose it to let the version unload.</summary>
/// <typeparam name="TContext">The type whose members are the names in scope.</typeparam>
/// <typeparam name="TResult">What the script returns.</typeparam>
internal sealed class CompiledScript<TContext, TResult> : IDisposable
    where TContext : class
{
    private readonly ScriptLoadContext _loadContext;
    private Func<object?[], Task<TResult>>? _run;

    /// <summary>Loads <paramref name="image"/>, the compiled form of <paramref name="source"/>.</summary>
    /// <exception cref="BadImageFormatException">This is no compiled script.</exception>
    public CompiledScript(ScriptSource source, byte[] image)
    {
        Path = source.Path;
        Version = source.Version;
        _loadContext = new ScriptLoadContext(source.Path);
        try
        {
            _run = _loadContext.Load<TResult>(image);
        }
        catch
        {
            _loadContext.Unload();
            throw;
        }
    }

    /// <summary>The script's file, as the operator wrote it.</summary>
    public string Path { get; }

    /// <summary>A short text that changes with what the file said, for people to tell versions apart.</summary>
    public string Version { get; }

    /// <summary>Runs the script. What it throws escapes.</summary>
    /// <returns>What the script returned; null if it ended without returning anything.</returns>
    public TResult? Invoke(TContext context)
    {
        var run = Volatile.Read(ref _run);
        ObjectDisposedException.ThrowIf(run is null, this);

        // The compiler makes every script a task, and refuses those that could wait: this one has ended.
        return run([context, null]).GetAwaiter().GetResult();
    }

    /// <summary>Lets the version unload as soon as the calls in it have returned.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _run, null) is not null)
        {
            _loadContext.Unload();
        }
    }
}
