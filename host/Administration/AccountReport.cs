using System.Text.Json;
using ClaudeProxy.Accounts;
using ClaudeProxy.Explain;

namespace ClaudeProxy.Administration;

/// <summary>Writes the accounts of <c>/status</c>.</summary>
internal static class AccountReport
{
    /// <summary>Writes <c>account_source</c> and <c>accounts</c>.</summary>
    public static void Write(Utf8JsonWriter json, AccountFeed feed, DateTimeOffset now)
    {
        json.WriteStartObject("account_source");
        json.WriteString("name", feed.Name);
        WriteTime(json, "updated", feed.UpdatedAt);
        json.WriteString("error", feed.Error);
        json.WriteEndObject();
        json.WriteStartArray("accounts");
        foreach (var account in feed.Pool.Accounts)
        {
            Write(json, account, now, feed.Pool.Options.Recovery.RampUp);
        }

        json.WriteEndArray();
    }

    /// <summary>Writes one account.</summary>
    public static void Write(Utf8JsonWriter json, AccountState account, DateTimeOffset now, TimeSpan rampUp)
    {
        var standing = account.StandingAt(now, model: null);
        json.WriteStartObject();
        json.WriteString("id", account.AccountId);
        json.WriteString("name", account.Account.Name);
        json.WriteString("upstream", account.Upstream.Key.ToString());
        json.WriteString("state", account.Disabled is null ? NameOf(standing) : "disabled");
        WriteTime(json, "until", standing.Tier is Tier.Usable or Tier.Unusable ? null : standing.Until);
        json.WriteString("reason", RestReason.Of(account, now));
        json.WriteNumber("weight", account.Weight);
        json.WriteNumber("priority", account.Account.Priority);
        json.WriteNumber("in_flight", account.InFlight);
        json.WriteNumber("served", account.Record.Served);
        json.WriteNumber("failed", account.Record.Failed);
        WriteNumber(json, "max_concurrency", account.Account.MaxConcurrency);
        json.WriteNumber("ramp_up_share", Math.Round(account.RecoveredShareAt(now, model: null, rampUp), 3));
        json.WriteNumber("headroom", Math.Round(account.Headroom, 3));
        json.WriteString("workspace", account.Record.WorkspaceId);
        WriteTime(json, "last_used", account.LastUsed);
        WriteError(json, account.Record.LastError);
        WriteModels(json, account, now);
        UsageReport.Write(json, "usage", account.Record.Tokens);
        WriteLimits(json, account, now);
        json.WriteEndObject();
    }

    private static string NameOf(Standing standing) => standing switch
    {
        { Tier: Tier.Usable, IsHalfOpen: true } => "half_open",
        { Tier: Tier.Usable } => "usable",
        { Tier: Tier.RateLimited } => "rate_limited",
        { Tier: Tier.CoolingDown } => "cooling_down",
        _ => "unusable",
    };

    private static void WriteError(Utf8JsonWriter json, AccountError? error)
    {
        if (error is null)
        {
            json.WriteNull("last_error");
            return;
        }

        json.WriteStartObject("last_error");
        json.WriteString("text", error.Text);
        json.WriteString("time", error.At);
        json.WriteEndObject();
    }

    private static void WriteModels(Utf8JsonWriter json, AccountState account, DateTimeOffset now)
    {
        json.WriteStartObject("models_resting");
        foreach (var (pattern, until) in account.Account.Observed.ModelsRateLimitedUntil)
        {
            if (until > now)
            {
                json.WriteString(pattern, until);
            }
        }

        foreach (var (model, cooldown) in account.Models.All)
        {
            if (cooldown.StandingAt(now) is { Tier: not Tier.Usable } standing)
            {
                json.WriteString(model, standing.Until);
            }
        }

        json.WriteEndObject();
    }

    private static void WriteLimits(Utf8JsonWriter json, AccountState account, DateTimeOffset now)
    {
        json.WriteStartArray("limits");
        foreach (var limit in account.Allowances.StandingsAt(now))
        {
            json.WriteStartObject();
            json.WriteString("name", limit.Name);
            json.WriteString("models", limit.Models);
            WriteNumber(json, "limit", limit.Limit);
            json.WriteNumber("left", Math.Round(limit.Left, 3));
            json.WriteString("reset", limit.ResetAt);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double? number)
    {
        if (number is { } known)
        {
            json.WriteNumber(name, known);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void WriteTime(Utf8JsonWriter json, string name, DateTimeOffset? time)
    {
        if (time is { } known)
        {
            json.WriteString(name, known);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
