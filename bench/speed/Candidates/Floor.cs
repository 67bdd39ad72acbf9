namespace ClaudeProxy.Speed.Candidates;

/// <summary>The bare floor: what Kestrel and SocketsHttpHandler cost by themselves, with their usual settings or with everything run on the thread that reads the sockets.</summary>
internal sealed class Floor(string program, bool isInline) : ICandidate
{
    /// <inheritdoc />
    public string Name => isInline ? "floor-inline" : "floor";

    /// <inheritdoc />
    public bool CompilesWhileItRuns => true;

    /// <inheritdoc />
    public Launch Prepare(Setup setup)
    {
        var launch = new Launch(program, $"{setup.Port}", $"{setup.Wanted.Accounts[0]}");
        return !isInline ? launch : launch with
        {
            Arguments = [.. launch.Arguments, "--inline"],
            Environment = new Dictionary<string, string> { ["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "1" },
        };
    }
}
