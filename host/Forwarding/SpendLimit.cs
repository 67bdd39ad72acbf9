using System.Globalization;
using System.Text.RegularExpressions;

namespace ClaudeProxy.Forwarding;

/// <summary>Reads from an error when access comes back after a spend limit. No header says it.</summary>
internal static partial class SpendLimit
{
    /// <summary>Spend is counted by the month; a date that lies further off is no end of a limit.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(400);

    /// <summary>Time from <paramref name="now"/> until access comes back; more than 0, or <see langword="null"/> if <paramref name="error"/> does not say.</summary>
    public static TimeSpan? ResumesAfter(ApiErrorBody error, DateTimeOffset now)
    {
        var at = error.Code == "enforced_spend_limit_reached" ? FirstOfNextMonth(now)
            : error.Message.StartsWith("You have reached your specified", StringComparison.OrdinalIgnoreCase) ? DateIn(error.Message)
            : null;
        return at > now && at - now < s_longest ? at - now : null;
    }

    private static DateTimeOffset? FirstOfNextMonth(DateTimeOffset now) => new DateTimeOffset(now.UtcDateTime.Year, now.UtcDateTime.Month, 1, 0, 0, 0, TimeSpan.Zero).AddMonths(1);

    private static DateTimeOffset? DateIn(string message)
    {
        var found = ResumptionDate().Match(message);
        return found.Success
            && DateTimeOffset.TryParse($"{found.Groups["date"].Value} {found.Groups["time"].Value}", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
                ? at
                : null;
    }

    [GeneratedRegex(@"regain access on (?<date>\d{4}-\d{2}-\d{2})(?: at (?<time>\d{2}:\d{2}) UTC)?", RegexOptions.IgnoreCase)]
    private static partial Regex ResumptionDate();
}
