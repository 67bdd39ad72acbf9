using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Policies;

/// <summary>Makes scripts ready to run, from their compiled form of last time where nothing has changed. Thread-safe.</summary>
/// <remarks>The compiler is large and slow to load. It is loaded when a script must be compiled, and not before.</remarks>
/// <param name="cacheDirectory">Where compiled scripts are kept; <see langword="null"/> to keep none.</param>
/// <param name="logger">Hears whether a script was compiled, and why none is kept.</param>
internal sealed class ScriptCompiler(string? cacheDirectory, ILogger logger)
{
    private readonly ScriptCache? _cache = cacheDirectory is null ? null : new ScriptCache(cacheDirectory, logger);

    /// <summary>Reads, compiles and loads the script at <paramref name="path"/>.</summary>
    /// <returns>The loaded script; the caller disposes it.</returns>
    /// <exception cref="ScriptException">There is no such file, or it does not compile.</exception>
    public CompiledScript<TContext, TResult> Compile<TContext, TResult>(string path)
        where TContext : class
    {
        var source = ScriptSource.Read(path, typeof(TContext), typeof(TResult));
        var key = _cache is null ? "" : ScriptCacheKey.Of(source);
        if (_cache?.TryRead(key) is { } kept)
        {
            try
            {
                var script = new CompiledScript<TContext, TResult>(source, kept);
                logger.ScriptLoaded(path);
                return script;
            }
            catch (BadImageFormatException exception)
            {
                logger.CacheEntryUnusable(path, exception.Message);
            }
        }

        var image = ScriptCompilation.Compile(source);
        _cache?.Write(key, image);
        logger.ScriptCompiled(path);
        return new CompiledScript<TContext, TResult>(source, image);
    }
}
