using System.Globalization;

namespace ClaudeProxy.Day.Results;

/// <summary>Writes numbers for people.</summary>
internal static class ResultText
{
    /// <summary>A count.</summary>
    public static string Number(long count) => count.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>A count of tokens, in millions.</summary>
    public static string Millions(long tokens) => string.Create(CultureInfo.InvariantCulture, $"{tokens / 1e6:#,0.0} M");

    /// <summary>A share.</summary>
    public static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.0} %");

    /// <summary>A multiple.</summary>
    public static string Factor(double factor) => string.Create(CultureInfo.InvariantCulture, $"{factor:0.00}");

    /// <summary>Dollars.</summary>
    public static string Dollars(double amount) => string.Create(CultureInfo.InvariantCulture, $"${amount:#,0.00}");

    /// <summary>Minutes and seconds.</summary>
    public static string Time(TimeSpan time) => time.TotalMinutes >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(time.TotalMinutes):#,0} min {time.Seconds} s")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s");
}
