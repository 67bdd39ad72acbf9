using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Policies;

/// <summary>Keeps compiled scripts in a directory that only its owner may write, for what lies there will run. Thread-safe.</summary>
/// <remarks>An entry is its hash, then the assembly: what a crash or a full disk left half written is not taken for a script.</remarks>
internal sealed class ScriptCache(string directory, ILogger logger)
{
    private const int MaxEntries = 64;
    private const string Extension = ".script";

    private int _complained;

    /// <summary>Where compiled scripts are kept unless told otherwise; <see langword="null"/> if this account has no home.</summary>
    public static string? DefaultDirectory
    {
        get
        {
            var configured = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
            var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            return Path.IsPathFullyQualified(configured ?? "") ? Path.Combine(configured!, "claude-proxy")
                : home.Length > 0 ? Path.Combine(home, ".cache", "claude-proxy")
                : null;
        }
    }

    /// <summary>The assembly kept under <paramref name="key"/>, or <see langword="null"/> if there is none that can be trusted.</summary>
    public byte[]? TryRead(string key)
    {
        try
        {
            if (!Directory.Exists(directory) || !IsPrivate())
            {
                return null;
            }

            var entry = File.ReadAllBytes(FileOf(key));
            return IsWhole(entry) ? entry[SHA256.HashSizeInBytes..] : null;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Complain(exception.Message);
            return null;
        }
    }

    /// <summary>Keeps <paramref name="image"/> under <paramref name="key"/>. Failing at it is a slower start, no fault.</summary>
    public void Write(string key, byte[] image)
    {
        try
        {
            PrivateDirectory.Create(directory);
            if (!IsPrivate())
            {
                return;
            }

            var temporary = FileOf(Path.GetRandomFileName());
            File.WriteAllBytes(temporary, [.. SHA256.HashData(image), .. image]);
            File.Move(temporary, FileOf(key), overwrite: true);
            RemoveOldest();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Complain(exception.Message);
        }
    }

    private string FileOf(string key) => Path.Combine(directory, key + Extension);

    private static bool IsWhole(ReadOnlySpan<byte> entry) =>
        entry.Length > SHA256.HashSizeInBytes
        && SHA256.HashData(entry[SHA256.HashSizeInBytes..]).AsSpan().SequenceEqual(entry[..SHA256.HashSizeInBytes]);

    private bool IsPrivate()
    {
        var fault = PrivateDirectory.FaultOf(directory);
        if (fault is not null)
        {
            Complain(fault);
        }

        return fault is null;
    }

    private void RemoveOldest()
    {
        var superfluous = new DirectoryInfo(directory)
            .GetFiles("*" + Extension)
            .OrderByDescending(file => file.LastWriteTimeUtc)
            .Skip(MaxEntries);
        foreach (var file in superfluous)
        {
            file.Delete();
        }
    }

    private void Complain(string reason)
    {
        if (Interlocked.Exchange(ref _complained, 1) == 0)
        {
            logger.CacheUnusable(directory, reason);
        }
    }
}
