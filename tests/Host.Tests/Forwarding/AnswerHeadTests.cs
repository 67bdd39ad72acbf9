using System.Net;
using ClaudeProxy.Abstractions;
using ClaudeProxy.Forwarding;

namespace ClaudeProxy.Tests.Forwarding;

public sealed class AnswerHeadTests
{
    private static readonly DateTimeOffset s_now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("30", 30)]
    [InlineData("0", 0)]
    [InlineData("1.5", 1.5)]
    [InlineData("Sun, 01 Mar 2026 12:01:00 GMT", 60)]
    [InlineData("99999999999999999999", int.MaxValue)]
    public void RetryAfter_SecondsOrDate_IsTheWait(string value, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Read(("retry-after", value)).RetryAfter);

    [Theory]
    [InlineData("Sun, 01 Mar 2026 11:59:59 GMT")]
    [InlineData("-5")]
    [InlineData("soon")]
    [InlineData("NaN")]
    [InlineData("")]
    public void RetryAfter_NoWaitThatCanBeUnderstood_IsNone(string value) => Assert.Null(Read(("retry-after", value)).RetryAfter);

    [Fact]
    public void RetryAfter_MillisecondsToo_TheyCount() =>
        Assert.Equal(TimeSpan.FromMilliseconds(1500), Read(("retry-after", "30"), ("retry-after-ms", "1500")).RetryAfter);

    [Theory]
    [InlineData("text/event-stream", null, true)]
    [InlineData("text/event-stream; charset=utf-8", null, true)]
    [InlineData("Text/Event-Stream", "identity", true)]
    [InlineData("text/event-stream", "gzip", false)]
    [InlineData("application/json", null, false)]
    [InlineData(null, null, false)]
    public void IsReadableEventStream_TypeAndCoding_BothCount(string? type, string? coding, bool expected) =>
        Assert.Equal(expected, Read(("content-type", type), ("content-encoding", coding)).IsReadableEventStream);

    [Fact]
    public void Identity_IsNamed_IsRead()
    {
        var head = Read(("anthropic-workspace-id", "wrkspc_1"), ("anthropic-organization-id", "org-1"));

        Assert.Equal(("wrkspc_1", "org-1"), (head.WorkspaceId, head.OrganizationId));
    }

    [Theory]
    [InlineData("chunked", null, null)]
    [InlineData(null, "12", null)]
    [InlineData("gzip, chunked", null, "its transfer-encoding is not chunked")]
    [InlineData("chunked", "12", "it has both a content-length and a transfer-encoding")]
    [InlineData(null, "-1", "its content-length is not one number")]
    [InlineData(null, "99999999999999999999", "its content-length is not one number")]
    public void Contradiction_FramingHeaders_IsToldInWords(string? coding, string? length, string? expected) =>
        Assert.Equal(expected, Read(("transfer-encoding", coding), ("content-length", length)).Contradiction);

    [Fact]
    public void Limits_Buckets_AreReadWithTimesFromNow()
    {
        var limits = Read(
            ("anthropic-ratelimit-requests-limit", "50"),
            ("anthropic-ratelimit-requests-remaining", "0"),
            ("anthropic-ratelimit-requests-reset", "2026-03-01T12:00:30Z"),
            ("Anthropic-RateLimit-Input-Tokens-Remaining", "1000"),
            ("anthropic-ratelimit-output-tokens-reset", "2026-03-01T11:00:00Z")).Limits;

        Assert.Equal(new RateLimit(50, 0, TimeSpan.FromSeconds(30)), limits.Requests);
        Assert.Equal(new RateLimit(null, 1000, null), limits.InputTokens);
        Assert.Equal(new RateLimit(null, null, TimeSpan.Zero), limits.OutputTokens);
        Assert.Null(limits.Tokens);
        Assert.Equal(TimeSpan.FromSeconds(30), limits.ResetAfter);
    }

    [Fact]
    public void Limits_Subscription_IsReadWithItsWindows()
    {
        var limits = Read(
            ("anthropic-ratelimit-unified-status", "rejected"),
            ("anthropic-ratelimit-unified-representative-claim", "five_hour"),
            ("anthropic-ratelimit-unified-reset", $"{s_now.ToUnixTimeSeconds() + 90}"),
            ("anthropic-ratelimit-unified-5h-status", "rejected"),
            ("anthropic-ratelimit-unified-5h-utilization", "1.02"),
            ("anthropic-ratelimit-unified-5h-reset", $"{s_now.ToUnixTimeSeconds() + 120}"),
            ("anthropic-ratelimit-unified-7d_oi-utilization", "0.5")).Limits;

        Assert.Equal(("rejected", "five_hour", TimeSpan.FromSeconds(90)), (limits.UnifiedStatus, limits.UnifiedClaim, limits.UnifiedResetAfter));
        Assert.Equal(
            [new UnifiedWindow("5h", "rejected", 1.02, TimeSpan.FromSeconds(120)), new UnifiedWindow("7d_oi", null, 0.5, null)],
            limits.UnifiedWindows.OrderBy(window => window.Name, StringComparer.Ordinal));
        Assert.Equal(TimeSpan.FromSeconds(120), limits.ResetAfter);
    }

    [Fact]
    public void Limits_WindowOfTheAccountAndOfAModelReject_TheAccountsCounts()
    {
        var limits = Read(
            ("anthropic-ratelimit-unified-status", "rejected"),
            ("anthropic-ratelimit-unified-representative-claim", "seven_day_overage_included"),
            ("anthropic-ratelimit-unified-reset", $"{s_now.ToUnixTimeSeconds() + 900}"),
            ("anthropic-ratelimit-unified-5h-status", "rejected"),
            ("anthropic-ratelimit-unified-5h-reset", $"{s_now.ToUnixTimeSeconds() + 120}"),
            ("anthropic-ratelimit-unified-7d_oi-status", "rejected"),
            ("anthropic-ratelimit-unified-7d_oi-reset", $"{s_now.ToUnixTimeSeconds() + 900}")).Limits;

        Assert.Equal((false, TimeSpan.FromSeconds(120)), (limits.RejectsModelOnly, limits.ResetAfter));
    }

    [Theory]
    [InlineData("7d_oi", "rejected", "seven_day_overage_included", true)]
    [InlineData("7d_opus", "rejected", "seven_day_opus", true)]
    [InlineData("7d_oi", "allowed", "five_hour", false)]
    [InlineData("7d", "rejected", "seven_day", false)]
    [InlineData("30d", "rejected", null, false)]
    [InlineData(null, null, "seven_day_overage_included", true)]
    [InlineData(null, null, null, false)]
    public void RejectsModelOnly_RejectingWindowOrClaim_SaysWhose(string? window, string? status, string? claim, bool expected)
    {
        var limits = Read(
            ("anthropic-ratelimit-unified-status", "rejected"),
            ("anthropic-ratelimit-unified-representative-claim", claim),
            ($"anthropic-ratelimit-unified-{window ?? "5h"}-status", status)).Limits;

        Assert.Equal(expected, limits.RejectsModelOnly);
    }

    [Fact]
    public void Limits_SubscriptionAllowsByItsOverage_NothingIsExhausted()
    {
        var limits = Read(
            ("anthropic-ratelimit-unified-status", "allowed_warning"),
            ("anthropic-ratelimit-unified-7d-status", "rejected"),
            ("anthropic-ratelimit-unified-7d-reset", $"{s_now.ToUnixTimeSeconds() + 120}"),
            ("anthropic-ratelimit-unified-overage-status", "rejected"),
            ("anthropic-ratelimit-unified-overage-utilization", "1.0")).Limits;

        Assert.Null(limits.ResetAfter);
        Assert.Equal("7d", Assert.Single(limits.UnifiedWindows).Name);
    }

    [Fact]
    public void Limits_Nonsense_IsLeftOut()
    {
        var limits = Read(
            ("anthropic-ratelimit-requests-limit", "many"),
            ("anthropic-ratelimit-requests-reset", "99999999999999"),
            ("anthropic-ratelimit-unified-5h-utilization", "NaN")).Limits;

        Assert.Null(limits.Requests);
        Assert.Null(Assert.Single(limits.UnifiedWindows).Utilization);
    }

    [Fact]
    public void Limits_NoneNamed_IsNone() => Assert.Same(RateLimits.None, Read().Limits);

    private static AnswerHead Read(params (string Name, string? Value)[] headers)
    {
        using var message = new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent([]) };
        message.Content.Headers.Clear();
        foreach (var (name, value) in headers.Where(header => header.Value is not null))
        {
            if (!message.Headers.TryAddWithoutValidation(name, value))
            {
                message.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return AnswerHead.Read(message, s_now);
    }
}
