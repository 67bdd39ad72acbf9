namespace ClaudeProxy.Hosting;

/// <summary>What a file, or a folder with all it holds, looks like from outside: names, lengths and times. Immutable.</summary>
internal sealed class PathStamp : IEquatable<PathStamp>
{
    // A folder of plugins holds dozens of files; the limit is for the one who names the root of a disk.
    private const int MaxFiles = 10_000;

    private static readonly EnumerationOptions s_everything = new()
    {
        RecurseSubdirectories = true,
        MaxRecursionDepth = 8,
        IgnoreInaccessible = true,
        AttributesToSkip = FileAttributes.None,
    };

    private readonly (string Path, long Length, DateTime Written)[] _files;

    private PathStamp((string Path, long Length, DateTime Written)[] files) => _files = files;

    /// <summary>Looks at <paramref name="path"/>; what is missing or cannot be read looks empty.</summary>
    public static PathStamp Take(string path)
    {
        try
        {
            var files = Directory.Exists(path) ? new DirectoryInfo(path).EnumerateFiles("*", s_everything) : [new FileInfo(path)];
            return new PathStamp([.. files.Take(MaxFiles).Select(Follow).Where(file => file.Exists)
                .Select(file => (file.FullName, file.Length, file.LastWriteTimeUtc))
                .OrderBy(file => file.FullName, StringComparer.Ordinal)]);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new PathStamp([]);
        }
    }

    /// <inheritdoc />
    public bool Equals(PathStamp? other) => other is not null && _files.AsSpan().SequenceEqual(other._files);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as PathStamp);

    /// <inheritdoc />
    public override int GetHashCode() => _files.Length;

    // The time of a link is that of the link; what it leads to is what changes.
    private static FileInfo Follow(FileInfo file) =>
        file.LinkTarget is not null && file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target ? target : file;
}
