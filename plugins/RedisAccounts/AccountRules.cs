using System.Collections.Frozen;
using System.Collections.ObjectModel;
using System.Globalization;
using ClaudeProxy.Abstractions;

namespace ClaudeProxy.Plugins.RedisAccounts;

/// <summary>What the fields of an account mean. Pure.</summary>
/// <remarks>The relay clears marks only when it next looks at an account, and older ones never do. So every end is computed here, and a
/// mark whose end has passed counts as gone.</remarks>
internal static class AccountRules
{
    private const int UsualPriority = 50;

    private static readonly TimeSpan s_limitWithoutEnd = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_temporaryError = TimeSpan.FromMinutes(5);

    private static readonly FrozenSet<string> s_unusable = FrozenSet.ToFrozenSet(
        ["error", "unauthorized", "blocked", "banned", "oauth_revoked", "expired"], StringComparer.Ordinal);

    private static readonly FrozenSet<string> s_known = FrozenSet.ToFrozenSet([.. s_unusable, "", "active", "created", "temp_error"], StringComparer.Ordinal);

    /// <summary>Whether the fields are an account's at all.</summary>
    public static bool IsAccount(AccountFields fields) => fields["id"].Length > 0 || fields["isActive"].Length > 0;

    /// <summary>Whether the account is for everybody, and not for one key or group of the relay's.</summary>
    public static bool IsShared(AccountFields fields) => fields["accountType"] is "" or "shared";

    /// <summary>Whether the status is one that these rules know.</summary>
    public static bool IsKnownStatus(string status) => s_known.Contains(status);

    /// <summary>Whether a text can travel in a header as it is.</summary>
    public static bool IsPrintable(string text) => text.Length > 0 && text.All(character => character is > ' ' and <= '~');

    /// <summary>1 and more; smaller ones are used first.</summary>
    public static int PriorityOf(AccountFields fields) =>
        int.TryParse(fields["priority"], NumberStyles.None, CultureInfo.InvariantCulture, out var priority) && priority > 0 ? priority : UsualPriority;

    /// <summary>What the relay has noted of the account.</summary>
    /// <param name="fields">The account's fields.</param>
    /// <param name="markedUntil">End of the marks that stand beside the account, or <see langword="null"/> for none.</param>
    public static AccountObservation Observe(AccountFields fields, DateTimeOffset? markedUntil)
    {
        var limit = LimitOf(fields);
        var (unavailable, reason) = UnavailabilityOf(fields, markedUntil);
        return new AccountObservation
        {
            LastUsed = fields.Time("lastUsedAt"),
            RateLimitedUntil = limit,
            ModelsRateLimitedUntil = FamilyLimitsOf(fields),
            UnavailableUntil = unavailable,
            Reason = unavailable is null ? limit is null ? null : "rate limited, says the relay" : reason,
        };
    }

    private static DateTimeOffset? LimitOf(AccountFields fields)
    {
        var isLimited = (fields["rateLimitStatus"] == "limited" && fields.Time("rateLimitedAt") is not null) || fields.IsTrue("rateLimitAutoStopped");
        var limit = isLimited ? fields.Time("rateLimitEndAt") ?? fields.Time("rateLimitedAt") + s_limitWithoutEnd : null;
        var window = fields.IsFalse("schedulable") && fields.IsTrue("fiveHourAutoStopped") ? fields.Time("sessionWindowEnd") : null;
        return Later(limit, window);
    }

    private static ReadOnlyDictionary<string, DateTimeOffset> FamilyLimitsOf(AccountFields fields)
    {
        Dictionary<string, DateTimeOffset>? limits = null;
        foreach (var family in AccountFields.Families)
        {
            if ((fields.Time(AccountFields.FamilyLimitEnd(family)) ?? fields.Time(AccountFields.FamilyLimitedAt(family)) + s_limitWithoutEnd) is { } end)
            {
                (limits ??= [])[$"*{family}*"] = end;
            }
        }

        return limits is null ? ReadOnlyDictionary<string, DateTimeOffset>.Empty : new(limits);
    }

    private static (DateTimeOffset? Until, string? Reason) UnavailabilityOf(AccountFields fields, DateTimeOffset? markedUntil)
    {
        var status = fields["status"];
        var temporaryError = TemporaryErrorOf(fields);
        return !fields.IsTrue("isActive") ? Never("switched off in the relay")
            : s_unusable.Contains(status) ? Never($"status {status} in the relay")
            : status == "created" && fields["expiresAt"].Length == 0 ? Never("not signed in to yet")
            : status == "temp_error" && temporaryError is null ? Never("status temp_error in the relay")
            : fields.IsFalse("schedulable") && !WasStoppedForAWhile(fields, temporaryError) ? Never("not schedulable in the relay")
            : Later(temporaryError, markedUntil) is not { } until ? (null, null)
            : (until, until == temporaryError ? "temporary error, says the relay" : "temporarily unavailable, says the relay");
    }

    private static DateTimeOffset? TemporaryErrorOf(AccountFields fields) =>
        fields["status"] == "temp_error" || (fields.IsFalse("schedulable") && fields.IsTrue("tempErrorAutoStopped"))
            ? fields.Time("tempErrorAt") + s_temporaryError
            : null;

    /// <summary>Whether the relay itself switched scheduling off, with an end that is known: from then on it counts as switched on again.</summary>
    private static bool WasStoppedForAWhile(AccountFields fields, DateTimeOffset? temporaryError) =>
        ((fields.IsTrue("rateLimitAutoStopped") || fields.IsTrue("fiveHourAutoStopped")) && LimitOf(fields) is not null) || temporaryError is not null;

    private static (DateTimeOffset? Until, string? Reason) Never(string reason) => (DateTimeOffset.MaxValue, reason);

    private static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) => one is null || other > one ? other : one;
}
