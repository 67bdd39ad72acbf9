using System.Globalization;
using ClaudeProxy.Policies;
using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Administration;

/// <summary>The file in which a running proxy leaves its random admin key for commands of the same account, named by port. Dispose it to remove it.</summary>
internal sealed class AdminKeyFile : IDisposable
{
    private readonly string _path;
    private readonly Secret _key;

    private AdminKeyFile(string path, Secret key) => (_path, _key) = (path, key);

    /// <summary>Where the files lie unless told otherwise; <see langword="null"/> if this account has no home. The same for a service and
    /// for a shell of one account, which a directory of the session would not be.</summary>
    public static string? DefaultDirectory
    {
        get
        {
            var configured = Environment.GetEnvironmentVariable("XDG_STATE_HOME");
            var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            return Path.IsPathFullyQualified(configured ?? "") ? Path.Combine(configured!, "claude-proxy")
                : home.Length > 0 ? Path.Combine(home, ".local", "state", "claude-proxy")
                : null;
        }
    }

    /// <summary>Writes the key of the proxy on <paramref name="port"/>; <see langword="null"/> if it cannot be left there safely. Then the
    /// administration opens to <c>admin_keys</c> only, and the log says so.</summary>
    public static AdminKeyFile? TryWrite(string? directory, int port, Secret key, ILogger logger)
    {
        if (directory is null)
        {
            return null;
        }

        try
        {
            PrivateDirectory.Create(directory);
            if (PrivateDirectory.FaultOf(directory) is { } fault)
            {
                logger.NoAdminKeyFile(directory, fault);
                return null;
            }

            var path = PathOf(directory, port);
            Write(path, key);
            return new AdminKeyFile(path, key);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            logger.NoAdminKeyFile(directory, exception.Message);
            return null;
        }
    }

    /// <summary>The key that the proxy on <paramref name="port"/> has left, or <see langword="null"/> if there is none for this account.</summary>
    public static Secret? TryRead(string? directory, int port)
    {
        try
        {
            return directory is null ? null : new Secret(File.ReadAllText(PathOf(directory, port)).Trim());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        try
        {
            // Unless another proxy, on another address of this machine, has taken the port's file over.
            if (File.ReadAllText(_path).Trim() == _key.Reveal())
            {
                File.Delete(_path);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It is gone, or somebody made it unwritable; the key in it opens nothing any more.
        }
    }

    private static string PathOf(string directory, int port) =>
        Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"admin-{port}.key"));

    /// <summary>In one step, so that no reader finds half a key; and never readable by others, not even for a moment.</summary>
    private static void Write(string path, Secret key)
    {
        var next = $"{path}.next";
        File.Delete(next);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var writer = new StreamWriter(next, options))
        {
            writer.WriteLine(key.Reveal());
        }

        File.Move(next, path, overwrite: true);
    }
}
