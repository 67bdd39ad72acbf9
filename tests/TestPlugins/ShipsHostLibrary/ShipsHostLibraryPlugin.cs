using ClaudeProxy.Abstractions;
using Microsoft.Extensions.Logging;

namespace ClaudeProxy.TestPlugins;

/// <summary>Offers <c>ships_host_library</c>, which logs through a library of which the plugin has brought its own copy.</summary>
public sealed partial class ShipsHostLibraryPlugin : IPlugin
{
    public void Register(IPluginRegistry registry) =>
        registry.AddLoadBalancer("ships_host_library", context => new LoggingLoadBalancer(context.Logger));

    private sealed partial class LoggingLoadBalancer(ILogger logger) : ILoadBalancer
    {
        public Candidate? Pick(RequestFacts request, IReadOnlyList<Candidate> candidates)
        {
            Picked(logger, candidates[0].AccountId);
            return candidates[0];
        }

        [LoggerMessage(1, LogLevel.Information, "Took {AccountId}")]
        private static partial void Picked(ILogger logger, string accountId);
    }
}
