namespace ClaudeProxy.Speed.Candidates;

/// <summary>A proxy that is measured. Stateless.</summary>
internal interface ICandidate
{
    /// <summary>What the table calls it.</summary>
    string Name { get; }

    /// <summary>Writes its configuration and says how to start it.</summary>
    Launch Prepare(Setup setup);
}
