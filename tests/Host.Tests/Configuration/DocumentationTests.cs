using System.Text.RegularExpressions;

namespace ClaudeProxy.Tests.Configuration;

/// <summary><c>docs/configuration.md</c> says what the reader does.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string s_text = Repository.Read("docs/configuration.md");

    private static readonly Dictionary<string, string[]> s_rows = s_text.Split('\n')
        .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
        .Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries))
        .Where(cells => cells.Length == 5)
        .ToDictionary(cells => cells[0].Trim('`'));

    public static TheoryData<string> Paths => [.. ExampleFile.AskedSettings.Keys];

    [Fact]
    public void Documentation_HasARowForEachSetting_AndNoOthers() =>
        Assert.Equal(ExampleFile.AskedSettings.Keys.Order(), s_rows.Keys.Order());

    [Theory]
    [MemberData(nameof(Paths))]
    public void Documentation_RowOfEachSetting_HasTheReadersDefaultAndRule(string path)
    {
        var setting = ExampleFile.AskedSettings[path];
        var (shown, rule) = (s_rows[path][2], s_rows[path][3]);

        Assert.Equal(setting.Rule, rule);
        Assert.NotEmpty(shown);
        Assert.True(setting.Default is null || DocumentedDefault.Means(shown.Trim('`'), setting.Default), $"{shown} is not {setting.Default}");
    }

    [Fact]
    public void Documentation_Examples_AreSound()
    {
        var examples = Fenced().Matches(s_text).Select(match => match.Groups[1].Value).ToList();

        Assert.Equal(6, examples.Count);
        foreach (var example in examples)
        {
            using var folder = new ConfigFolder(example);
            foreach (var name in Variable().Matches(example).Select(match => match.Groups[1].Value))
            {
                folder.Environment[name] = "value";
            }

            Assert.Empty(folder.Faults());
        }
    }

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Fenced();

    [GeneratedRegex(@"\$\{(\w+)\}")]
    private static partial Regex Variable();
}
