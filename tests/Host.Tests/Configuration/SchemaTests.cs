using System.Text.Json;
using ClaudeProxy.Abstractions;

namespace ClaudeProxy.Tests.Configuration;

/// <summary>The schema says what the reader does.</summary>
public sealed class SchemaTests
{
    public static TheoryData<string> Paths => [.. ExampleFile.AskedSettings.Keys];

    [Fact]
    public void Schema_HasTheSettingsThatTheReaderAsksFor_AndNoOthers()
    {
        Assert.Equal(ExampleFile.AskedSettings.Keys.Order(), SchemaFile.Settings.Keys.Order());
        Assert.Equal(["accounts", "plugins.settings", "servers[].model_names"], SchemaFile.Open.Order());
        Assert.True(SchemaFile.IsRootClosed);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Schema_DefaultOfEachSetting_IsTheReaders(string path)
    {
        var isGiven = SchemaFile.Settings[path].TryGetProperty("default", out var given);
        var expected = ExampleFile.AskedSettings[path].Default;

        Assert.Equal(expected is not null, isGiven);
        Assert.True(expected is null || DocumentedDefault.Means(given.ToString(), expected), $"{given} is not {expected}");
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Schema_LimitsOfEachSetting_AreTheReaders(string path)
    {
        var schema = SchemaFile.Settings[path];
        var rule = ExampleFile.AskedSettings[path].Rule.Replace("\"", "", StringComparison.Ordinal).Replace(",000", "000", StringComparison.Ordinal);
        var description = schema.GetProperty("description").GetString()!;

        Assert.EndsWith(".", description, StringComparison.Ordinal);
        if (schema.TryGetProperty("enum", out var words))
        {
            var all = words.EnumerateArray().Select(word => word.GetString()!).ToArray();
            Assert.Equal(rule, $"{string.Join(", ", all[..^1])} or {all[^1]}");
        }
        else if (schema.TryGetProperty("maximum", out var maximum))
        {
            var minimum = description.Contains("0 means", StringComparison.Ordinal) ? 1 : schema.GetProperty("minimum").GetInt32();
            Assert.EndsWith($"{minimum} to {maximum}", rule, StringComparison.Ordinal);
        }
        else if (schema.TryGetProperty("$ref", out _))
        {
            Assert.Contains($", {rule}", description, StringComparison.Ordinal);
        }
        else
        {
            Assert.DoesNotMatch("^[0-9]+[A-Za-z]* to [0-9]+[A-Za-z]*$", rule);
        }
    }

    [Fact]
    public void Schema_DurationsAndSizes_AllowNumberAndText()
    {
        var durations = ExampleFile.AskedSettings.Values.Where(setting => setting.Default is { } text && !text.All(char.IsDigit)
            && DurationText.TryParse(text, out _));

        Assert.All(durations, setting => Assert.EndsWith("/duration", SchemaFile.Settings[setting.Path].GetProperty("$ref").GetString(), StringComparison.Ordinal));
        Assert.NotEqual(JsonValueKind.Undefined, SchemaFile.Settings["failover.max_body"].GetProperty("$ref").ValueKind);
    }
}
