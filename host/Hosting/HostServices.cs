using ClaudeProxy.Accounts;
using ClaudeProxy.Extensions;
using ClaudeProxy.Forwarding;
using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Hosting;

/// <summary>What the program takes from its surroundings, so that a test can give it others.</summary>
/// <param name="ProgramDirectory">Where plugins and policies lie that ship with the program.</param>
/// <param name="CacheDirectory">Where compiled scripts are kept; <see langword="null"/> to keep none.</param>
/// <param name="TimeProvider">The clock.</param>
/// <param name="Random">The source of chance; thread-safe.</param>
/// <param name="Loggers">Where everything is told.</param>
internal sealed record HostServices(string ProgramDirectory, string? CacheDirectory, TimeProvider TimeProvider, Random Random, ILoggerFactory Loggers)
{
    /// <summary>Where the proxy leaves its random admin key for our own commands; <see langword="null"/> to leave it nowhere.</summary>
    public string? StateDirectory { get; init; }

    /// <summary>How long a call into a plugin or script may take before the built-in choice stands in.</summary>
    public TimeSpan CallLimit { get; init; } = CallWatchdog.UsualLimit;

    /// <summary>Makes the connections to an upstream, each of which must be there within the given time.</summary>
    public Func<UpstreamKey, TimeSpan, HttpMessageHandler> Connect { get; init; } = UpstreamHandler.Create;

    /// <summary>The folder of the plugins that ship.</summary>
    public string ShippedPlugins => Path.Combine(ProgramDirectory, "plugins");
}
