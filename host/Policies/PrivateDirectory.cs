using System.Runtime.InteropServices;

namespace ClaudeProxy.Policies;

/// <summary>A directory that belongs to this process's account and that no other account may write.</summary>
internal static class PrivateDirectory
{
    private const int WorkingDirectory = -100;
    private const uint OwnerMask = 0x8;
    private const UnixFileMode WritableByOthers = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>Creates <paramref name="path"/>, readable and writable by its owner only, if there is nothing yet.</summary>
    public static void Create(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }

        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Why the existing directory <paramref name="path"/> is not private, or <see langword="null"/> if it is.</summary>
    public static string? FaultOf(string path)
    {
        // A profile on Windows is closed to other accounts by its access list.
        if (OperatingSystem.IsWindows())
        {
            return null;
        }

        if ((File.GetUnixFileMode(path) & WritableByOthers) != 0)
        {
            return "other accounts may write there; take that right away (chmod 700)";
        }

        return IsOwn(path) ? null : "it belongs to another account; name a directory of this one";
    }

    private static bool IsOwn(string path)
    {
        if (OperatingSystem.IsLinux())
        {
            return Statx(WorkingDirectory, path, flags: 0, OwnerMask, out var status) == 0 && status.Owner == EffectiveUserId();
        }

        // Elsewhere: only its owner may set a directory's mode; or root, who is thus left without an answer.
        if (Environment.IsPrivilegedProcess || OperatingSystem.IsWindows())
        {
            return false;
        }

        File.SetUnixFileMode(path, File.GetUnixFileMode(path));
        return true;
    }

    [DllImport("libc", EntryPoint = "geteuid")]
    private static extern uint EffectiveUserId();

    // statx rather than stat: its layout is the same on every processor.
    [DllImport("libc", EntryPoint = "statx")]
    private static extern int Statx(
        int directory, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, out FileStatus status);

    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct FileStatus
    {
        [FieldOffset(20)]
        public uint Owner;
    }
}
