using System.Reflection;
using ClaudeProxy.Plugins;
using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Tests.Architecture;

/// <summary>Numbers and names of log events reach dashboards, so each means one thing.</summary>
public sealed class LogEventTests
{
    private static readonly Dictionary<string, int> s_blocks = new()
    {
        ["Hosting"] = 1000,
        ["Configuration"] = 1100,
        ["Plugins"] = 1200,
        ["Policies"] = 1300,
        ["Failover"] = 1400,
        ["Accounts"] = 1500,
        ["Forwarding"] = 1600,
        ["Endpoint"] = 1700,
        ["Relay"] = 1800,
        ["Administration"] = 1900,
        ["Extensions"] = 2000,
        ["Checks"] = 2100,
    };

    private static readonly List<(MethodInfo Method, LoggerMessageAttribute Event)> s_events =
    [
        .. from type in typeof(PluginCatalog).Assembly.GetTypes()
           from method in type.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
           let attribute = method.GetCustomAttribute<LoggerMessageAttribute>()
           where attribute is not null
           select (method, attribute),
    ];

    [Fact]
    public void Ids_AreUnique()
    {
        Assert.NotEmpty(s_events);
        Assert.Empty(Repeated(each => each.EventId));
    }

    [Fact]
    public void Names_AreGivenAndUnique()
    {
        Assert.All(s_events, each => Assert.False(string.IsNullOrEmpty(each.Event.EventName), $"{each.Method.DeclaringType}.{each.Method.Name} has no EventName."));
        Assert.Empty(Repeated(each => each.EventName));
    }

    [Fact]
    public void Ids_LieInTheBlockOfTheirFolder() => Assert.All(s_events, each =>
    {
        var folder = each.Method.DeclaringType!.Namespace!.Split('.')[1];
        var block = s_blocks[folder];

        Assert.InRange(each.Event.EventId, block, block + 99);
        Assert.Equal($"{each.Method.DeclaringType.Namespace}.", $"ClaudeProxy.{folder}.");
        Assert.EndsWith("Log", each.Method.DeclaringType.Name, StringComparison.Ordinal);
    });

    private static IEnumerable<object?> Repeated(Func<LoggerMessageAttribute, object?> key) =>
        s_events.GroupBy(each => key(each.Event)).Where(group => group.Count() > 1).Select(group => group.Key);
}
