using ClaudeProxy.Accounts;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Accounts;

public sealed class AccountRecordTests
{
    private static readonly DateTimeOffset s_start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Epoch _epoch = new(new ManualTimeProvider());
    private readonly AccountRecord _record;

    public AccountRecordTests() => _record = new AccountRecord(_epoch);

    [Fact]
    public void FailedWith_InFlightTogether_AreOneFailureInARow()
    {
        var attempts = Enumerable.Range(0, 64).Select(_ => _epoch.Next()).ToArray();

        Array.ForEach(attempts, began => _record.FailedWith("500", s_start, began));

        Assert.Equal((1, 64), (_record.ConsecutiveFailures, _record.Failed));
    }

    [Fact]
    public void FailedWith_OneAfterTheOther_CountsEachUntilOneIsServed()
    {
        _record.FailedWith("500", s_start, _epoch.Next());
        _record.FailedWith("503 overloaded", s_start, _epoch.Next());

        Assert.Equal(2, _record.ConsecutiveFailures);
        Assert.Equal(new AccountError("503 overloaded", s_start), _record.LastError);
        _record.ServedAfter(TimeSpan.FromMilliseconds(1));
        Assert.Equal((0, 1), (_record.ConsecutiveFailures, _record.Served));
    }

    [Fact]
    public void CountRateLimit_WithinAMinuteOfEachOther_AreInARow()
    {
        int[] counts = [Count(0), Count(50), Count(100), Count(161), Count(170)];

        Assert.Equal([1, 2, 3, 1, 2], counts);
    }

    [Fact]
    public void CountRateLimit_OneIsServedBetween_BeginsAnew()
    {
        Count(0);
        Count(1);
        _record.ServedAfter(TimeSpan.FromMilliseconds(1));

        Assert.Equal(1, Count(2));
    }

    [Fact]
    public void CountRateLimit_InFlightTogether_CountOnce()
    {
        long[] attempts = [_epoch.Next(), _epoch.Next(), _epoch.Next()];

        Assert.Equal([1, 1, 1], attempts.Select(began => _record.CountRateLimit(s_start, began)));
    }

    [Fact]
    public void TimeToFirstByte_SeveralAnswers_IsSmoothed()
    {
        Assert.Null(_record.TimeToFirstByte);

        _record.ServedAfter(TimeSpan.FromMilliseconds(100));
        _record.ServedAfter(TimeSpan.FromMilliseconds(200));

        Assert.Equal(TimeSpan.FromMilliseconds(120), _record.TimeToFirstByte);
    }

    [Fact]
    public void Answered_NamesNothing_KeepsWhatIsKnown()
    {
        _record.Answered("wrkspc_1", "org_1");

        _record.Answered(null, null);

        Assert.Equal(("wrkspc_1", "org_1"), (_record.WorkspaceId, _record.OrganizationId));
    }

    private int Count(int second) => _record.CountRateLimit(s_start + TimeSpan.FromSeconds(second), _epoch.Next());
}
