using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Hosting;

/// <summary>The file system's own notice of changes, as far as it gives any. Thread-safe.</summary>
/// <param name="logger">For what goes wrong; nothing is thrown.</param>
/// <param name="onEvent">Called for every event, on a thread of the system's; must not throw.</param>
internal sealed class FileEvents(ILogger logger, Action onEvent) : IDisposable
{
    private readonly Lock _lock = new();
    private List<FileSystemWatcher> _watchers = [];
    private bool _disposed;

    /// <summary>Asks for the events of <paramref name="paths"/> in place of what was asked for before. What is missing has no events.</summary>
    public void Subscribe(IReadOnlyList<string> paths)
    {
        lock (_lock)
        {
            if (!_disposed)
            {
                _watchers.ForEach(watcher => watcher.Dispose());
                _watchers = [.. paths.Select(TryWatch).OfType<FileSystemWatcher>()];
            }
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _watchers.ForEach(watcher => watcher.Dispose());
        }
    }

    private FileSystemWatcher? TryWatch(string path)
    {
        var isFolder = Directory.Exists(path);
        var folder = isFolder ? path : Path.GetDirectoryName(path);
        if (!Directory.Exists(folder))
        {
            return null;
        }

        FileSystemWatcher? watcher = null;
        try
        {
            // Editors save by renaming a new file over the old one, so the folder is watched, not the file.
            watcher = new FileSystemWatcher(folder) { IncludeSubdirectories = isFolder };
            if (!isFolder)
            {
                watcher.Filter = Path.GetFileName(path);
            }

            watcher.Changed += (_, _) => onEvent();
            watcher.Created += (_, _) => onEvent();
            watcher.Deleted += (_, _) => onEvent();
            watcher.Renamed += (_, _) => onEvent();
            watcher.Error += (_, _) => onEvent();
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // The folder has just gone, or the system's limit of watches is reached.
            logger.NoFileEvents(path, exception.Message);
            watcher?.Dispose();
            return null;
        }
    }
}
