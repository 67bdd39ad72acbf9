using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace ClaudeProxy.Forwarding;

/// <summary>What the head of an answer says to a proxy.</summary>
internal sealed record AnswerHead
{
    /// <summary>All but the tab, which is white space in a header.</summary>
    private static readonly SearchValues<char> s_controls =
        SearchValues.Create([.. Enumerable.Range(0, 0x80).Select(code => (char)code).Where(c => char.IsControl(c) && c != '\t')]);

    /// <summary>A head that says nothing.</summary>
    public static AnswerHead None { get; } = new();

    /// <summary>When it came.</summary>
    public DateTimeOffset ReceivedAt { get; private init; }

    /// <summary>The wait it asks for, or <see langword="null"/>.</summary>
    public TimeSpan? RetryAfter { get; private init; }

    /// <summary>Its rate-limit headers.</summary>
    public RateLimits Limits { get; private init; } = RateLimits.None;

    /// <summary>The workspace it names, or <see langword="null"/>.</summary>
    public string? WorkspaceId { get; private init; }

    /// <summary>The organization it names, or <see langword="null"/>.</summary>
    public string? OrganizationId { get; private init; }

    /// <summary>How the content is compressed, or <see langword="null"/> if it is not.</summary>
    public string? ContentCoding { get; private init; }

    /// <summary>Whether it is a stream of events whose bytes can be read as they are.</summary>
    public bool IsReadableEventStream { get; private init; }

    /// <summary>Whether its content is JSON, compressed or not.</summary>
    public bool IsJson { get; private init; }

    /// <summary>The length of its body if it is named, or <see langword="null"/>.</summary>
    public long? ContentLength { get; private init; }

    /// <summary>Why it contradicts itself, or <see langword="null"/>.</summary>
    public string? Contradiction { get; private init; }

    /// <summary>Reads the head of <paramref name="message"/>, received at <paramref name="now"/>.</summary>
    public static AnswerHead Read(HttpResponseMessage message, DateTimeOffset now)
    {
        var (headers, content) = (message.Headers.NonValidated, message.Content.Headers.NonValidated);
        var coding = ContentCodingOf(content);
        return new AnswerHead
        {
            ReceivedAt = now,
            RetryAfter = RetryAfterOf(headers, now),
            Limits = RateLimitHeaders.Read(headers, now),
            WorkspaceId = First(headers, "anthropic-workspace-id"),
            OrganizationId = First(headers, "anthropic-organization-id"),
            ContentCoding = coding,
            IsReadableEventStream = coding is null && IsOfType(content, "text/event-stream"),
            IsJson = IsOfType(content, "application/json"),
            ContentLength = long.TryParse(First(content, "Content-Length"), NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? length : null,
            Contradiction = ContradictionOf(message.StatusCode, headers, content),
        };
    }

    /// <summary>The first value of <paramref name="name"/>, or <see langword="null"/>.</summary>
    public static string? First(HttpHeadersNonValidated headers, string name) =>
        headers.TryGetValues(name, out var values) && values.Count > 0 ? First(values) : null;

    /// <summary>The first of <paramref name="values"/>, of which there is one at least. The text of a single one is itself, and no enumerator is needed.</summary>
    public static string First(HeaderStringValues values) => values.Count == 1 ? values.ToString() : values.First();

    private static bool IsOfType(HttpHeadersNonValidated content, string type) =>
        First(content, "Content-Type") is { } found && found.AsSpan().TrimStart().StartsWith(type, StringComparison.OrdinalIgnoreCase);

    private static string? ContentCodingOf(HttpHeadersNonValidated content) =>
        content.TryGetValues("Content-Encoding", out var codings) && !codings.ToString().Equals("identity", StringComparison.OrdinalIgnoreCase)
            ? codings.ToString()
            : null;

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
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) && number >= 0
            ? Math.Min(number, int.MaxValue)
            : null;

    /// <summary>Two lengths, or a length beside a transfer coding: where the body ends would be a guess, and guesses are how answers get mixed up.</summary>
    private static string? ContradictionOf(HttpStatusCode status, HttpHeadersNonValidated headers, HttpHeadersNonValidated content)
    {
        if (status < HttpStatusCode.OK)
        {
            return "it speaks of another protocol";
        }

        if (HasControlCharacter(headers) || HasControlCharacter(content))
        {
            return "it has a control character in a header";
        }

        var hasCoding = headers.TryGetValues("Transfer-Encoding", out var codings);
        if (hasCoding && (codings.Count != 1 || !codings.ToString().Equals("chunked", StringComparison.OrdinalIgnoreCase)))
        {
            return "its transfer-encoding is not chunked";
        }

        if (!content.TryGetValues("Content-Length", out var lengths))
        {
            return null;
        }

        return hasCoding ? "it has both a content-length and a transfer-encoding"
            : lengths.Count != 1 || !IsLength(lengths.ToString().AsSpan().Trim()) ? "its content-length is not one number"
            : null;
    }

    private static bool IsLength(ReadOnlySpan<char> text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private static bool HasControlCharacter(HttpHeadersNonValidated headers)
    {
        foreach (var (_, values) in headers)
        {
            foreach (var value in values)
            {
                if (value.AsSpan().ContainsAny(s_controls))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
