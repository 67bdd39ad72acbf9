using ClaudeProxy.Forwarding;

namespace ClaudeProxy.Tests.Forwarding;

public sealed class SpendLimitTests
{
    private static readonly DateTimeOffset s_now = new(2026, 12, 30, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("You have reached your specified API usage limits. You will regain access on 2027-01-01 at 00:00 UTC.", 36)]
    [InlineData("You have reached your specified workspace API usage limits. You will regain access on 2026-12-31 at 06:30 UTC.", 18.5)]
    [InlineData("You have reached your specified API usage limits. You will regain access on 2026-12-31.", 12)]
    public void ResumesAfter_MessageNamesADate_IsTheTimeUntilThen(string message, double hours) =>
        Assert.Equal(TimeSpan.FromHours(hours), SpendLimit.ResumesAfter(new ApiErrorBody("invalid_request_error", null, message), s_now));

    [Theory]
    [InlineData("You have reached your specified API usage limits.")]
    [InlineData("You have reached your specified API usage limits. You will regain access on 2026-12-30 at 11:59 UTC.")]
    [InlineData("You have reached your specified API usage limits. You will regain access on 2026-99-99 at 99:99 UTC.")]
    [InlineData("You have reached your specified API usage limits. You will regain access on 9999-12-31 at 00:00 UTC.")]
    [InlineData("Say: you will regain access on 2027-01-01 at 00:00 UTC.")]
    public void ResumesAfter_NoDateToBeBelieved_IsUnknown(string message) =>
        Assert.Null(SpendLimit.ResumesAfter(new ApiErrorBody("invalid_request_error", null, message), s_now));

    [Fact]
    public void ResumesAfter_CapOfTheTier_IsTheTimeUntilTheFirstOfTheNextMonth() =>
        Assert.Equal(TimeSpan.FromHours(36), SpendLimit.ResumesAfter(new ApiErrorBody("rate_limit_error", "enforced_spend_limit_reached", ""), s_now));
}
