using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace ClaudeProxy.Configuration.Settings;

/// <summary>The rules that many settings share.</summary>
internal static class SettingRules
{
    /// <summary>Any text.</summary>
    public static SettingRule<string> Text { get; } = TextThat("a text in quotes", text => text);

    /// <summary>The path of a file or folder.</summary>
    public static SettingRule<string> FilePath { get; } = TextThat("a path", text => text.Contains('\0') ? null : text);

    /// <summary>True or false, not in quotes.</summary>
    public static SettingRule<bool> Boolean { get; } = new("true or false", (value, out result) =>
    {
        result = value.Kind == JsonValueKind.True;
        return value.Kind is JsonValueKind.True or JsonValueKind.False;
    })
    {
        Write = value => value ? "true" : "false",
    };

    /// <summary>Any number.</summary>
    public static SettingRule<decimal> Number { get; } = new("a number", (value, out result) =>
    {
        result = 0;
        return value.Kind == JsonValueKind.Number && value.Json.TryGetDecimal(out result);
    });

    /// <summary>A whole number, both ends included.</summary>
    public static SettingRule<int> Integer(int minimum, int maximum) =>
        new($"{Grouped(minimum)} to {Grouped(maximum)}", (value, out result) =>
        {
            result = 0;
            return value.Kind == JsonValueKind.Number && value.Json.TryGetInt32(out result) && result >= minimum && result <= maximum;
        });

    /// <summary>A duration, both ends included.</summary>
    public static SettingRule<TimeSpan> Duration(TimeSpan minimum, TimeSpan maximum) =>
        new($"{DurationText.Write(minimum)} to {DurationText.Write(maximum)}", (value, out result) =>
        {
            var isDuration = value.Text is { } text
                ? DurationText.TryParse(text, out result)
                : DurationText.TryRead(value.Json, out result);
            return isDuration && result >= minimum && result <= maximum;
        })
        {
            Hint = ", as a number of seconds or a text such as \"30s\", \"5m\" or \"1h\"",
            Write = DurationText.Write,
        };

    /// <summary>A size in bytes, both ends included.</summary>
    public static SettingRule<long> Size(long minimum, long maximum) =>
        new($"{SizeText.Write(minimum)} to {SizeText.Write(maximum)}", (value, out result) =>
        {
            result = 0;
            var isSize = value.Text is { } text
                ? SizeText.TryParse(text, out result)
                : value.Kind == JsonValueKind.Number && value.Json.TryGetInt64(out result);
            return isSize && result >= minimum && result <= maximum;
        })
        {
            Hint = ", as a number of bytes or a text such as \"512KiB\" or \"64MiB\"",
            Write = SizeText.Write,
        };

    /// <summary>One of a few words.</summary>
    public static SettingRule<T> Choice<T>(params (string Word, T Value)[] choices)
        where T : struct, Enum
    {
        var words = choices.Select(choice => choice.Word).ToArray();
        return new SettingRule<T>($"{string.Join(", ", words[..^1])} or {words[^1]}", (value, out result) =>
        {
            var index = Array.IndexOf(words, value.Text);
            result = index < 0 ? default : choices[index].Value;
            return index >= 0;
        })
        {
            Write = value => Array.Find(choices, choice => choice.Value.Equals(value)).Word,
        };
    }

    /// <summary>The same, and zero stands for <paramref name="unset"/>, as an absent key does: so claude-code-lb had it.</summary>
    public static SettingRule<T> OrZero<T>(this SettingRule<T> rule, T unset)
        where T : struct => rule with
        {
            Read = (SettingValue value, out T result) =>
            {
                result = unset;
                var isZero = value.Kind == JsonValueKind.Number && value.Json.TryGetDecimal(out var number) && number == 0;
                return isZero || rule.Read(value, out result);
            },
        };

    /// <summary>A text that <paramref name="read"/> makes something of; where it gives null, the text breaks the rule.</summary>
    public static SettingRule<T> TextThat<T>(string description, Func<string, T?> read)
        where T : class => new(description, (SettingValue value, [MaybeNullWhen(false)] out T result) =>
        {
            result = value.Text is { } text ? read(text) : null;
            return result is not null;
        });

    /// <summary>Whether a text can be the name of something that a plugin offers.</summary>
    public static bool IsName(string text) =>
        text is [>= 'a' and <= 'z', ..] && text.All(character => character is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '_');

    private static string Grouped<T>(T number)
        where T : IBinaryInteger<T> => number.ToString(number < T.CreateChecked(100_000) ? "D" : "N0", CultureInfo.InvariantCulture);
}
