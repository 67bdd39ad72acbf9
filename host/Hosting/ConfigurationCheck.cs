using ClaudeProxy.Accounts;
using ClaudeProxy.Configuration;
using ClaudeProxy.Extensions;

namespace ClaudeProxy.Hosting;

/// <summary>Builds everything a configuration asks for, without listening, and tells how that went.</summary>
internal static class ConfigurationCheck
{
    /// <summary>Checks what <paramref name="source"/> says now.</summary>
    public static async Task<Report> RunAsync(ConfigurationSource source, HostServices services, CancellationToken cancellationToken)
    {
        try
        {
            var options = source.Read();
            using var watchdog = new CallWatchdog(services.TimeProvider);
            var builder = new GenerationBuilder(services, new AccountStore(services.TimeProvider), new PartFactory(services, watchdog));
            await using var generation = await builder.BuildAsync(options, previous: null, cancellationToken).ConfigureAwait(false);
            return generation.Plugins.Value.Faults is { Count: > 0 } faults ? new Report(false, faults) : new Report(true, Describe(generation));
        }
        catch (ConfigurationException exception)
        {
            return new Report(false, exception.Faults);
        }
    }

    private static List<string> Describe(Generation generation)
    {
        var options = generation.Options;
        return
        [
            $"{Path.GetFileName(options.ConfigPath) ?? "The configuration"} is sound.",
            $"  accounts   {generation.Feed.Value.Pool.Accounts.Count} from {generation.Feed.Value.Name}",
            $"  algorithm  {options.Algorithm}",
            $"  policy     {options.Policy}",
            $"  plugins    {string.Join(", ", generation.Plugins.Value.Plugins.Select(plugin => $"{plugin.Name} {plugin.Version}"))}",
        ];
    }

    /// <summary>What a check found.</summary>
    /// <param name="IsSound">Whether the proxy would start with it.</param>
    /// <param name="Lines">The faults; or, if there are none, what was loaded.</param>
    internal sealed record Report(bool IsSound, IReadOnlyList<string> Lines);
}
