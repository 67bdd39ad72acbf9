using ClaudeProxy.Accounts;
using ClaudeProxy.Configuration;

namespace ClaudeProxy.Failover;

/// <summary>What the client is told where no upstream's answer is passed on. Thread-safe.</summary>
internal sealed class OwnAnswers(ProxyOptions options, AccountPool pool, TimeProvider timeProvider)
{
    /// <summary>A relay that is away is looked for all the time, so that its return does not depend on the end of a rest.</summary>
    private static readonly TimeSpan s_relayReturns = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan s_unknown = TimeSpan.FromSeconds(60);

    /// <summary>The answer to an attempt that brought none, and after which none may follow.</summary>
    public ApiError NoAnswer(AttemptOutcome outcome, string? model) =>
        options.Fallback && outcome.IsLostAfterSending()
            ? new ApiError(502, "api_error", "The upstream lost the request without an answer, and the proxy is set not to send it again.") { IsFinal = true }
            : ApiError.Unavailable($"The upstream could not serve the request: {outcome.ErrorMessage}.", RetryAfterFor(pool.OutlookFor(model)));

    /// <summary>The answer to a request that nobody can serve.</summary>
    public ApiError NobodyCanServe(Progress progress)
    {
        if (progress.Leased is { Refusal: not LeaseRefusal.NobodyUsable, RetryAfter: { } queue })
        {
            return ApiError.RateLimited("Every account is busy; please try again later.", queue);
        }

        var outlook = pool.OutlookFor(progress.Request.Facts.Model);
        var wait = RetryAfterFor(outlook);
        if (outlook.AllRateLimited || progress.HasOnlyRateLimits)
        {
            return ApiError.RateLimited("Every account is rate limited; please try again later.", wait);
        }

        var last = progress.Statuses.Count > 0 && progress.Statuses[^1] != 0 ? $" The last upstream answered {progress.Statuses[^1]}." : "";
        return outlook.Accounts == 0
            ? ApiError.Unavailable("The proxy has no account for this request.", wait)
            : ApiError.Unavailable($"No account can serve this request now.{last} Please try again.", wait);
    }

    private TimeSpan RetryAfterFor(Outlook outlook) =>
        options.IsRelay && pool.Accounts is [{ Upstream.Cooldown.Fault: not null }, ..] ? s_relayReturns
        : outlook.UsableAt is { } usableAt ? usableAt - timeProvider.GetUtcNow() : s_unknown;
}
