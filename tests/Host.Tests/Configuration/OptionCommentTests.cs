using System.Text.RegularExpressions;
using System.Xml.Linq;
using ClaudeProxy.Configuration;

namespace ClaudeProxy.Tests.Configuration;

/// <summary>The comment of each option says the range and the default that the reader keeps.</summary>
public sealed partial class OptionCommentTests
{
    private static readonly (string Prefix, Type Options)[] s_sections =
    [
        ("failover.", typeof(FailoverOptions)), ("timeouts.", typeof(TimeoutOptions)), ("logging.", typeof(LoggingOptions)),
        ("headroom.", typeof(HeadroomOptions)), ("recovery.", typeof(RecoveryOptions)), ("queue.", typeof(QueueOptions)),
        ("servers[].health_check.", typeof(HealthCheckOptions)), ("servers[].balance_check_", typeof(BalanceCheckOptions)),
        ("servers[].", typeof(ServerOptions)), ("", typeof(ProxyOptions)),
    ];

    private static readonly Dictionary<string, string> s_summaries =
        XDocument.Load(Path.Combine(AppContext.BaseDirectory, "claude-proxy.xml")).Descendants("member").ToDictionary(
            member => member.Attribute("name")!.Value,
            member => Spaces().Replace(member.Element("summary")?.Value ?? "", " "));

    public static TheoryData<string> Ranged => [.. ExampleFile.AskedSettings.Values
        .Where(setting => Range().IsMatch(setting.Rule)).Select(setting => setting.Path)];

    [Theory]
    [MemberData(nameof(Ranged))]
    public void Summary_OfAnOptionWithARange_SaysRangeAndDefault(string path)
    {
        var setting = ExampleFile.AskedSettings[path];

        var summary = SummaryOf(path);

        Assert.Contains(Range().Replace(setting.Rule, match => $"{Words(match.Groups[1].Value)} to {Words(match.Groups[2].Value)}"), summary, StringComparison.Ordinal);
        if (setting.Default is { } unset)
        {
            var written = UnlessSet().Match(summary).Groups[1].Value;
            Assert.Contains(written, (string[])[Words(unset), InSeconds(unset)]);
        }
    }

    private static string SummaryOf(string path)
    {
        var (prefix, options) = s_sections.First(section => path.StartsWith(section.Prefix, StringComparison.Ordinal));
        var name = string.Concat(path[prefix.Length..].Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
        return s_summaries[$"P:{options.FullName}.{name}"];
    }

    private static string Words(string value)
    {
        var (number, unit) = (Number().Match(value).Value, Number().Replace(value, ""));
        var (count, word) = unit switch
        {
            "ms" => (number, "millisecond"),
            "s" => (number, "second"),
            "m" => (number, "minute"),
            "h" => (number, "hour"),
            "d" => ($"{24 * int.Parse(number)}", "hour"),
            _ => (number, ""),
        };
        return word.Length == 0 ? $"{count} {unit}".TrimEnd() : $"{count} {word}{(count == "1" ? "" : "s")}";
    }

    private static string InSeconds(string value) => value.EndsWith('m') ? $"{60 * int.Parse(value[..^1])} seconds" : value;

    [GeneratedRegex(@"^(?:a number from )?([0-9,]+[A-Za-z]*) to ([0-9,]+[A-Za-z]*)$")]
    private static partial Regex Range();

    [GeneratedRegex("^[0-9,]+")]
    private static partial Regex Number();

    [GeneratedRegex("[.;] ([^.;]*) unless set")]
    private static partial Regex UnlessSet();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
