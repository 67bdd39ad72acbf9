using System.Security.Cryptography;
using System.Text;

namespace ClaudeProxy.Plugins;

/// <summary>A plugin's files as they were at one moment: what was fingerprinted is what gets loaded.</summary>
/// <remarks>Assemblies are loaded from these bytes, never from the files: a file that is mapped into memory and then overwritten in place
/// ends the process, and a dependency that is loaded late must not come from a newer version of the plugin.</remarks>
internal sealed class PluginFiles
{
    private static readonly EnumerationOptions s_everything = new()
    {
        RecurseSubdirectories = true,
        MaxRecursionDepth = 8,
        AttributesToSkip = FileAttributes.None,
    };

    private readonly Dictionary<string, byte[]> _assemblies = new(StringComparer.Ordinal);

    private PluginFiles(PluginLocation location)
    {
        Location = location;
        Fingerprint = Hash(location, path => IsAssembly(path) ? SHA256.HashData(_assemblies[path] = ReadAll(path)) : Digest(path));
        MainAssembly = _assemblies.GetValueOrDefault(location.MainAssembly) ?? throw new FileNotFoundException("it is gone");
    }

    /// <summary>Where the plugin lies.</summary>
    public PluginLocation Location { get; }

    /// <summary>The same for the same files with the same content, and different for others.</summary>
    public string Fingerprint { get; }

    /// <summary>The bytes of the plugin's own assembly.</summary>
    public byte[] MainAssembly { get; }

    /// <summary>Names of the libraries that the plugin brings, without ending.</summary>
    public IEnumerable<string> Libraries => _assemblies.Keys
        .Where(path => path != Location.MainAssembly && Path.GetExtension(path) == ".dll")
        .Select(path => Path.GetFileNameWithoutExtension(path));

    /// <summary>Reads what is there now.</summary>
    /// <exception cref="PluginException">A file cannot be read.</exception>
    public static PluginFiles Read(PluginLocation location)
    {
        try
        {
            return new PluginFiles(location);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw PluginException.Because($"Plugin '{location.MainAssembly}' cannot be read", exception);
        }
    }

    /// <summary>Whether the files are what they were when they had <paramref name="fingerprint"/>; false if one cannot be read.</summary>
    public static bool Match(PluginLocation location, string fingerprint)
    {
        try
        {
            return Hash(location, Digest) == fingerprint;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>The bytes of the assembly or symbols at <paramref name="path"/>, or <see langword="null"/> if there are none.</summary>
    /// <param name="path">A path below the plugin's folder, perhaps written in another way, for links may lead there.</param>
    public byte[]? Find(string path) =>
        _assemblies.TryGetValue(path, out var bytes) ? bytes : File.Exists(path) ? ReadAll(path) : null;

    private static bool IsAssembly(string path) => Path.GetExtension(path) is ".dll" or ".pdb";

    // Every part has a digest of its own, so that no two sets of files run together to the same bytes.
    private static string Hash(PluginLocation location, Func<string, byte[]> digest)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var paths = location.OwnsFolder
            ? Directory.EnumerateFiles(location.Folder, "*", s_everything)
            : Directory.EnumerateFiles(location.Folder, location.Name + ".*");
        foreach (var path in paths.Order(StringComparer.Ordinal))
        {
            hash.AppendData(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetRelativePath(location.Folder, path))));
            hash.AppendData(digest(path));
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static byte[] Digest(string path)
    {
        using var stream = Open(path);
        return SHA256.HashData(stream);
    }

    private static byte[] ReadAll(string path)
    {
        using var stream = Open(path);
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }

    // Shares everything: reading must not stop anybody from overwriting the file.
    private static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
}
