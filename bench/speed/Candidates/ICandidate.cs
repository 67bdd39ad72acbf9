namespace ClaudeProxy.Speed.Candidates;

/// <summary>A proxy that is measured. Stateless.</summary>
internal interface ICandidate
{
    /// <summary>What the table calls it.</summary>
    string Name { get; }

    /// <summary>Whether it is slow at first, because it is compiled, or compiled better, while it runs.</summary>
    bool CompilesWhileItRuns => false;

    /// <summary>Writes its configuration and says how to start it.</summary>
    Launch Prepare(Setup setup);

    /// <summary>Lets a running one forget that an account has failed, so that it is asked again.</summary>
    Task ForgetFailuresAsync(int port, CancellationToken cancellationToken) => Task.CompletedTask;
}
