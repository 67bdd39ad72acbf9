namespace ClaudeProxy.Speed.Candidates;

/// <summary>A proxy that is measured. Stateless.</summary>
internal interface ICandidate
{
    /// <summary>What the table calls it.</summary>
    string Name { get; }

    /// <summary>Writes its configuration and says how to start it.</summary>
    Launch Prepare(Setup setup);

    /// <summary>Lets a running one forget that an account has failed, so that it is asked again.</summary>
    Task ForgetFailuresAsync(int port, CancellationToken cancellationToken) => Task.CompletedTask;
}
