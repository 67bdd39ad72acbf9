using System.Globalization;
using StackExchange.Redis;

namespace ClaudeProxy.Plugins.RedisAccounts;

/// <summary>What is read of an account's hash: never its tokens, its e-mail address or its password.</summary>
/// <param name="values">The values of <see cref="Names"/>, in their order; null for a field that is not there.</param>
internal sealed class AccountFields(string?[] values)
{
    /// <summary>The families of models whose limits the relay notes apart, as their names occur in those of models.</summary>
    public static readonly string[] Families = ["opus", "sonnet", "haiku", "fable"];

    private static readonly string[] s_names =
    [
        "id", "name", "isActive", "status", "accountType", "schedulable", "priority", "lastUsedAt", "expiresAt",
        "rateLimitStatus", "rateLimitedAt", "rateLimitEndAt", "rateLimitAutoStopped",
        "tempErrorAt", "tempErrorAutoStopped", "fiveHourAutoStopped", "sessionWindowEnd",
        .. Families.SelectMany(family => (string[])[FamilyLimitedAt(family), FamilyLimitEnd(family)]),
    ];

    /// <summary>The fields to ask for.</summary>
    public static RedisValue[] Names { get; } = [.. s_names.Select(name => (RedisValue)name)];

    /// <summary>The field that says since when a family is limited.</summary>
    public static string FamilyLimitedAt(string family) => family + "RateLimitedAt";

    /// <summary>The field that says until when a family is limited.</summary>
    public static string FamilyLimitEnd(string family) => family + "RateLimitEndAt";

    /// <summary>The text of a field; empty if it is not there.</summary>
    public string this[string name] => values[Array.IndexOf(s_names, name)] ?? "";

    /// <summary>The fields of <paramref name="hash"/>, as they came for <see cref="Names"/>.</summary>
    public static AccountFields Of(RedisValue[] hash) => new([.. hash.Select(value => (string?)value)]);

    /// <summary>Whether a field says <c>true</c>.</summary>
    public bool IsTrue(string name) => this[name] == "true";

    /// <summary>Whether a field says <c>false</c>.</summary>
    public bool IsFalse(string name) => this[name] == "false";

    /// <summary>The time in a field, or <see langword="null"/> if there is none.</summary>
    public DateTimeOffset? Time(string name) =>
        DateTimeOffset.TryParse(this[name], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : null;
}
