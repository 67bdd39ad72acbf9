using System.Globalization;
using System.Text.Json;

namespace ClaudeProxy.Abstractions;

/// <summary>Durations as a configuration writes them: a number of seconds, or a text such as "500ms", "30s", "5m", "1h", "2d".</summary>
public static class DurationText
{
    private static readonly (string Suffix, double Seconds)[] s_units = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86400)];

    /// <summary>Reads a JSON number (seconds) or string. False, and zero, if it is neither or negative.</summary>
    public static bool TryRead(JsonElement value, out TimeSpan duration)
    {
        duration = default;
        return value.ValueKind switch
        {
            JsonValueKind.Number => value.TryGetDouble(out var seconds) && TryFromSeconds(seconds, out duration),
            JsonValueKind.String => TryParse(value.GetString()!, out duration),
            _ => false,
        };
    }

    /// <summary>Reads a text; a bare number means seconds. False, and zero, if it is no duration or negative.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        var number = text.AsSpan().Trim();
        var factor = 1.0;
        foreach (var (suffix, seconds) in s_units)
        {
            if (number.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
            {
                number = number[..^suffix.Length].TrimEnd();
                factor = seconds;
                break;
            }
        }

        return double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
            && TryFromSeconds(count * factor, out duration);
    }

    /// <summary>Writes the shortest text that reads back as <paramref name="duration"/>, to the millisecond.</summary>
    public static string Write(TimeSpan duration)
    {
        var milliseconds = (long)Math.Round(duration.TotalMilliseconds);
        for (var unit = s_units.Length - 1; unit > 0; unit--)
        {
            var length = (long)(s_units[unit].Seconds * 1000);
            if (milliseconds >= length && milliseconds % length == 0)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{milliseconds / length}{s_units[unit].Suffix}");
            }
        }

        return milliseconds == 0 ? "0s" : string.Create(CultureInfo.InvariantCulture, $"{milliseconds}ms");
    }

    private static bool TryFromSeconds(double seconds, out TimeSpan duration)
    {
        var fits = seconds >= 0 && seconds <= TimeSpan.MaxValue.TotalSeconds / 2;
        duration = fits ? TimeSpan.FromSeconds(seconds) : default;
        return fits;
    }
}
