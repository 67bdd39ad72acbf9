using System.Globalization;
using System.Net.Http.Headers;

namespace ClaudeProxy.Forwarding;

/// <summary>What the head of an answer says to a proxy.</summary>
internal sealed record AnswerHead
{
    /// <summary>The wait it asks for, or <see langword="null"/>.</summary>
    public TimeSpan? RetryAfter { get; private init; }

    /// <summary>Its rate-limit headers.</summary>
    public RateLimits Limits { get; private init; } = RateLimits.None;

    /// <summary>The workspace it names, or <see langword="null"/>.</summary>
    public string? WorkspaceId { get; private init; }

    /// <summary>The organization it names, or <see langword="null"/>.</summary>
    public string? OrganizationId { get; private init; }

    /// <summary>Whether it is a stream of events whose bytes can be read as they are.</summary>
    public bool IsReadableEventStream { get; private init; }

    /// <summary>Why it contradicts itself, or <see langword="null"/>.</summary>
    public string? Contradiction { get; private init; }

    /// <summary>Reads the head of <paramref name="message"/>, received at <paramref name="now"/>.</summary>
    public static AnswerHead Read(HttpResponseMessage message, DateTimeOffset now)
    {
        var (headers, content) = (message.Headers.NonValidated, message.Content.Headers.NonValidated);
        return new AnswerHead
        {
            RetryAfter = RetryAfterOf(headers, now),
            Limits = RateLimitHeaders.Read(headers, now),
            WorkspaceId = First(headers, "anthropic-workspace-id"),
            OrganizationId = First(headers, "anthropic-organization-id"),
            IsReadableEventStream = IsEventStream(content) && IsIdentity(content),
            Contradiction = ContradictionOf(headers, content),
        };
    }

    /// <summary>The first value of <paramref name="name"/>, or <see langword="null"/>.</summary>
    public static string? First(HttpHeadersNonValidated headers, string name) =>
        headers.TryGetValues(name, out var values) && values.Count > 0 ? values.First() : null;

    private static bool IsEventStream(HttpHeadersNonValidated content) =>
        First(content, "Content-Type") is { } type && type.AsSpan().TrimStart().StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase);

    private static bool IsIdentity(HttpHeadersNonValidated content) =>
        First(content, "Content-Encoding") is not { } encoding || encoding.Equals("identity", StringComparison.OrdinalIgnoreCase);

    private static TimeSpan? RetryAfterOf(HttpHeadersNonValidated headers, DateTimeOffset now)
    {
        if (Number(First(headers, "retry-after-ms")) is { } milliseconds)
        {
            return TimeSpan.FromMilliseconds(milliseconds);
        }

        var text = First(headers, "retry-after");
        return Number(text) is { } seconds ? TimeSpan.FromSeconds(seconds)
            : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) && date > now ? date - now
            : null;
    }

    /// <summary>Digits and at most one point; more than fits a wait is the longest one.</summary>
    private static double? Number(string? text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && !double.IsNaN(number)
            ? Math.Min(number, int.MaxValue)
            : null;

    /// <summary>Two lengths, or a length beside a transfer coding: where the body ends would be a guess, and guesses are how answers get mixed up.</summary>
    private static string? ContradictionOf(HttpHeadersNonValidated headers, HttpHeadersNonValidated content)
    {
        var hasCoding = headers.TryGetValues("Transfer-Encoding", out var codings);
        if (hasCoding && (codings.Count != 1 || !codings.First().Equals("chunked", StringComparison.OrdinalIgnoreCase)))
        {
            return "its transfer-encoding is not chunked";
        }

        if (!content.TryGetValues("Content-Length", out var lengths))
        {
            return null;
        }

        return hasCoding ? "it has both a content-length and a transfer-encoding"
            : lengths.Count != 1 || !IsLength(lengths.First().AsSpan().Trim()) ? "its content-length is not one number"
            : null;
    }

    private static bool IsLength(ReadOnlySpan<char> text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);
}
