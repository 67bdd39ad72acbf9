using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace ClaudeProxy.Plugins.Simulator;

/// <summary>Where a budget stands after a request asked for its share, and how the headers of the answer say so.</summary>
internal sealed record RateStanding(
    bool IsGranted, long RequestLimit, long RequestsRemaining, long TokenLimit, long TokensRemaining, DateTimeOffset Reset)
{
    /// <summary>Adds the <c>anthropic-ratelimit-*</c> headers.</summary>
    public void Write(IHeaderDictionary headers)
    {
        Write(headers, "requests", RequestLimit, RequestsRemaining);
        Write(headers, "tokens", TokenLimit, TokensRemaining);
    }

    /// <summary>Whole seconds until the budget is full again, as in <c>retry-after</c>.</summary>
    public string RetryAfter(DateTimeOffset now) =>
        Math.Ceiling((Reset - now).TotalSeconds).ToString(CultureInfo.InvariantCulture);

    private void Write(IHeaderDictionary headers, string bucket, long limit, long remaining)
    {
        var prefix = $"anthropic-ratelimit-{bucket}-";
        headers[prefix + "limit"] = limit.ToString(CultureInfo.InvariantCulture);
        headers[prefix + "remaining"] = remaining.ToString(CultureInfo.InvariantCulture);
        headers[prefix + "reset"] = Reset.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
    }
}
