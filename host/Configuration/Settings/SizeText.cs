using System.Globalization;

namespace ClaudeProxy.Configuration.Settings;

/// <summary>Sizes as a configuration writes them: a number of bytes, or a text such as "512KiB", "64MiB", "64MB".</summary>
internal static class SizeText
{
    private static readonly (string Suffix, long Bytes)[] s_units =
    [
        ("TiB", 1L << 40), ("GiB", 1L << 30), ("MiB", 1L << 20), ("KiB", 1L << 10),
        ("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1_000), ("B", 1),
    ];

    /// <summary>Reads a text; a bare number means bytes. False if it is no size, or negative.</summary>
    public static bool TryParse(string text, out long bytes)
    {
        var number = text.AsSpan().Trim();
        var factor = 1L;
        foreach (var (suffix, unit) in s_units)
        {
            if (number.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
            {
                number = number[..^suffix.Length].TrimEnd();
                factor = unit;
                break;
            }
        }

        bytes = 0;
        if (!decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
            || count > (decimal)long.MaxValue / factor)
        {
            return false;
        }

        bytes = (long)(count * factor);
        return true;
    }

    /// <summary>Writes the shortest text in KiB, MiB, GiB or TiB that reads back as <paramref name="bytes"/>.</summary>
    public static string Write(long bytes)
    {
        var unit = Array.Find(s_units, unit => bytes >= unit.Bytes && long.IsPow2(unit.Bytes) && bytes % unit.Bytes == 0);
        return unit.Bytes <= 1 ? $"{bytes}" : $"{bytes / unit.Bytes}{unit.Suffix}";
    }
}
