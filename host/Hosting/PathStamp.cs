using System.IO.Enumeration;

namespace ClaudeProxy.Hosting;

/// <summary>What a file, or a folder with all it holds, looks like from outside: names, lengths and times, of which only a sum is kept.</summary>
/// <param name="Files">How many files there are; 0 for what is missing or cannot be read.</param>
/// <param name="Sum">A hash of all names, lengths and times, the same whatever order the system lists them in.</param>
internal readonly record struct PathStamp(int Files, int Sum)
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

    /// <summary>Looks at <paramref name="path"/>; what is missing or cannot be read looks empty.</summary>
    public static PathStamp Take(string path)
    {
        try
        {
            return Directory.Exists(path) ? OfAll(path) : OfOne(Follow(new FileInfo(path)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return default;
        }
    }

    private static PathStamp OfAll(string folder)
    {
        var all = default(PathStamp);
        var files = new FileSystemEnumerable<PathStamp>(folder, static (ref FileSystemEntry entry) => Of(ref entry), s_everything)
        {
            ShouldIncludePredicate = static (ref FileSystemEntry entry) => !entry.IsDirectory,
        };
        foreach (var file in files.Take(MaxFiles))
        {
            all = new PathStamp(all.Files + file.Files, unchecked(all.Sum + file.Sum));
        }

        return all;
    }

    /// <summary>Looked at several times a second: nothing is allocated for a file that is no link.</summary>
    private static PathStamp Of(ref FileSystemEntry entry) =>
        entry.Attributes.HasFlag(FileAttributes.ReparsePoint)
            ? OfOne(Follow((FileInfo)entry.ToFileSystemInfo()))
            : new PathStamp(1, HashCode.Combine(string.GetHashCode(entry.Directory), string.GetHashCode(entry.FileName), entry.Length, entry.LastWriteTimeUtc.UtcTicks));

    private static PathStamp OfOne(FileInfo file) =>
        file.Exists
            ? new PathStamp(1, HashCode.Combine(string.GetHashCode(file.DirectoryName), string.GetHashCode(file.Name), file.Length, file.LastWriteTimeUtc.Ticks))
            : default;

    // The time of a link is that of the link; what it leads to is what changes.
    private static FileInfo Follow(FileInfo file) =>
        file.LinkTarget is not null && file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target ? target : file;
}
