namespace ClaudeProxy.Hosting;

/// <summary>Settings of the runtime that have to be made before it is used, and cannot be made in the project.</summary>
internal static class RuntimeSettings
{
    private const string InlineCompletions = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>Makes them, where the operator has not. Call it before the first socket.</summary>
    public static void Apply()
    {
        // What a socket has brought is worked on where it was seen, not handed to another thread that has to be woken for it. It takes Kestrel's
        // inline scheduling too (Server), and code that never blocks: what may take long leaves the thread first.
        if (Environment.GetEnvironmentVariable(InlineCompletions) is null)
        {
            Environment.SetEnvironmentVariable(InlineCompletions, "1");
        }
    }
}
