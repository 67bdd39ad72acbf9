using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace ClaudeProxy.Plugins.Simulator;

/// <summary>Where a budget stands after a request asked for its share, and how the headers of the answer say so.</summary>
/// <param name="Wait">How long it takes until there is enough for the request; zero if there was.</param>
/// <param name="Requests">Requests.</param>
/// <param name="Input">Input tokens.</param>
/// <param name="Output">Output tokens.</param>
internal sealed record RateStanding(TimeSpan Wait, BucketStanding Requests, BucketStanding Input, BucketStanding Output)
{
    /// <summary>Whether the request got its share.</summary>
    public bool IsGranted => Wait == TimeSpan.Zero;

    /// <summary>Whole seconds until there is enough, as in <c>retry-after</c>.</summary>
    public string RetryAfter => Math.Ceiling(Wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);

    /// <summary>Adds the <c>anthropic-ratelimit-*</c> headers.</summary>
    public void Write(IHeaderDictionary headers)
    {
        Write(headers, "requests", Requests);
        Write(headers, "input-tokens", Input);
        Write(headers, "output-tokens", Output);
        // The most restrictive limit in force.
        Write(headers, "tokens", Output.Remaining < Input.Remaining ? Output : Input);
    }

    private static void Write(IHeaderDictionary headers, string name, BucketStanding bucket)
    {
        var prefix = $"anthropic-ratelimit-{name}-";
        headers[prefix + "limit"] = bucket.Limit.ToString(CultureInfo.InvariantCulture);
        headers[prefix + "remaining"] = bucket.Remaining.ToString(CultureInfo.InvariantCulture);
        headers[prefix + "reset"] = bucket.Reset.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
    }
}
