namespace ClaudeProxy.Plugins;

/// <summary>Private copies of a plugin's native libraries: native code is always mapped from a file, and these nobody overwrites. Thread-safe.</summary>
internal sealed class NativeLibraries : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, string> _copies = new(StringComparer.Ordinal);

    /// <summary>The path of the library that <paramref name="name"/> means in <paramref name="folder"/>, or <see langword="null"/>.</summary>
    /// <remarks>The runtime would look beside the assembly that asks, if that had been loaded from a file.</remarks>
    public static string? Find(string folder, string name)
    {
        var ending = OperatingSystem.IsWindows() ? ".dll" : OperatingSystem.IsMacOS() ? ".dylib" : ".so";
        string[] spellings = [name + ending, "lib" + name + ending, name, "lib" + name];
        return spellings.Select(spelling => Path.Combine(folder, spelling)).FirstOrDefault(File.Exists);
    }

    /// <summary>The path of a copy of the library at <paramref name="path"/>, with its neighbours beside it, for it may need them.</summary>
    public string CopyOf(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        lock (_lock)
        {
            if (!_copies.TryGetValue(folder, out var copy))
            {
                copy = Directory.CreateTempSubdirectory("claude-proxy-").FullName;
                _copies.Add(folder, copy);
                foreach (var file in Directory.EnumerateFiles(folder))
                {
                    File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
                }
            }

            return Path.Combine(copy, Path.GetFileName(path));
        }
    }

    /// <summary>Deletes the copies. Where the system locks a loaded library, they are left for it to clear its temporary folder.</summary>
    public void Dispose()
    {
        foreach (var copy in _copies.Values)
        {
            try
            {
                Directory.Delete(copy, recursive: true);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                continue;
            }
        }
    }
}
