using ClaudeProxy.Configuration;

namespace ClaudeProxy.Cli;

/// <summary>What the commands do. Each returns the exit code.</summary>
/// <remarks><b>Failure:</b> let a <see cref="ConfigurationException"/> escape: its faults are printed, and the exit code is 2.</remarks>
internal interface ICommandActions
{
    /// <summary>Runs the proxy until <paramref name="cancellationToken"/> is cancelled.</summary>
    Task<int> RunAsync(ConfigurationSource source, CancellationToken cancellationToken);

    /// <summary>Runs the proxy with simulated accounts, and says how to try it.</summary>
    Task<int> DemoAsync(ConfigurationSource source, CancellationToken cancellationToken);

    /// <summary>Loads everything that <see cref="RunAsync"/> would, and prints every fault.</summary>
    Task<int> CheckAsync(ConfigurationSource source, CancellationToken cancellationToken);
}
