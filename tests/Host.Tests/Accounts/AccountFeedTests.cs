using System.Runtime.CompilerServices;
using System.Threading.Channels;
using ClaudeProxy.Abstractions;
using ClaudeProxy.Accounts;
using ClaudeProxy.Tests.Support;
using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Tests.Accounts;

public sealed class AccountFeedTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly CollectingLoggerProvider _logs = new();
    private readonly ScriptedSource _source = new();

    [Fact]
    public async Task Ready_FirstSet_FillsThePoolInOrder()
    {
        await using var feed = Start();
        Assert.False(feed.Ready.IsCompleted);

        _source.Yield("b", "a");
        await feed.Ready.InTime();

        Assert.Equal(["b", "a"], Ids(feed));
        Assert.Equal(_clock.GetUtcNow(), feed.UpdatedAt);
    }

    [Fact]
    public async Task Updated_EachSet_ReplacesTheOneBefore()
    {
        await using var feed = Start();
        var updates = Channel.CreateUnbounded<string[]>();
        feed.Updated += () => updates.Writer.TryWrite(Ids(feed));

        _source.Yield("a", "b");
        _source.Yield("b", "c");

        Assert.Equal(["a", "b"], await updates.Reader.ReadAsync().AsTask().InTime());
        Assert.Equal(["b", "c"], await updates.Reader.ReadAsync().AsTask().InTime());
    }

    [Fact]
    public async Task SourceThrows_LastSetStaysAndTheReasonIsTold()
    {
        await using var feed = Start();
        _source.Yield("a");
        await feed.Ready.InTime();

        _source.Throw("redis is gone");
        await Eventually.HoldsAsync(() => _logs.Entries.Any(entry => entry.EventId.Name == "AccountSourceFailed"));

        Assert.Equal("redis is gone", feed.Error);
        Assert.Equal(["a"], Ids(feed));
        var entry = Assert.Single(_logs.Entries, entry => entry.EventId.Name == "AccountSourceFailed");
        Assert.Equal(LogLevel.Warning, entry.Level);
        Assert.Equal(
            "Account source test failed: redis is gone; the accounts stay as they are, and it is asked again in 1 s", entry.Message);
    }

    [Fact]
    public async Task SourceThrowsAgainAndAgain_IsAskedAgainAfterAGrowingPause()
    {
        await using var feed = Start();

        foreach (var seconds in (int[])[1, 2, 4, 8, 16, 30, 30])
        {
            _source.Throw("no");
            await Eventually.HoldsAsync(() => _clock.PendingTimers == 1);
            var asked = _source.TimesAsked;

            _clock.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromTicks(1));
            Assert.Equal(asked, _source.TimesAsked);
            _clock.Advance(TimeSpan.FromTicks(1));
            await Eventually.HoldsAsync(() => _source.TimesAsked == asked + 1);
        }
    }

    [Fact]
    public async Task SourceRecovers_ErrorIsGoneAndThePauseBeginsAnew()
    {
        await using var feed = Start();
        _source.Throw("no");
        await Eventually.HoldsAsync(() => _clock.PendingTimers == 1);
        _clock.Advance(TimeSpan.FromSeconds(1));

        _source.Yield("a");
        await feed.Ready.InTime();
        Assert.Null(feed.Error);

        _source.Throw("no");
        await Eventually.HoldsAsync(() => _clock.PendingTimers == 1);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await Eventually.HoldsAsync(() => _source.TimesAsked == 3);
    }

    [Fact]
    public async Task SequenceEnds_LastSetStaysAndNobodyAsksAgain()
    {
        await using var feed = Start();
        _source.Yield("a");
        _source.End();
        await _source.Left.InTime();

        Assert.Equal(["a"], Ids(feed));
        Assert.Null(feed.Error);
        Assert.Equal(1, _source.TimesAsked);
        await Eventually.HoldsAsync(() => _clock.PendingTimers == 0);
    }

    [Fact]
    public async Task DisposeAsync_SourceIsBeingRead_IsTold()
    {
        var owner = new Owner();
        var feed = Start(owner);
        _source.Yield("a");
        await feed.Ready.InTime();

        await feed.DisposeAsync().AsTask().InTime();

        Assert.True(_source.Left.IsCompleted);
        Assert.True(owner.IsDisposed);
        Assert.Null(feed.Error);
    }

    [Fact]
    public async Task DisposeAsync_DuringAPause_DoesNotWaitForIt()
    {
        var feed = Start();
        _source.Throw("no");
        await Eventually.HoldsAsync(() => _clock.PendingTimers == 1);

        await feed.DisposeAsync().AsTask().InTime();

        Assert.Equal(1, _source.TimesAsked);
        await Eventually.HoldsAsync(() => _clock.PendingTimers == 0);
    }

    private AccountFeed Start(IAsyncDisposable? owner = null) => new(
        "test", _source, owner, new AccountPool(new AccountStore(_clock), new PoolOptions(), _clock), _clock, _logs.CreateFactory().CreateLogger("test"));

    private static string[] Ids(AccountFeed feed) => [.. feed.Pool.Accounts.Select(account => account.AccountId)];

    /// <summary>Yields, throws and ends as the test says.</summary>
    private sealed class ScriptedSource : IAccountSource
    {
        private readonly Channel<object> _steps = Channel.CreateUnbounded<object>();
        private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _timesAsked;

        public int TimesAsked => Volatile.Read(ref _timesAsked);

        public Task Left => _left.Task;

        public void Yield(params string[] ids) => _steps.Writer.TryWrite(ids);

        public void Throw(string message) => _steps.Writer.TryWrite(new InvalidOperationException(message));

        public void End() => _steps.Writer.Complete();

        public async IAsyncEnumerable<IReadOnlyList<Account>> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _timesAsked);
            try
            {
                await foreach (var step in _steps.Reader.ReadAllAsync(cancellationToken))
                {
                    yield return step is string[] ids ? [.. ids.Select(id => Some.Account(id))] : throw (Exception)step;
                }
            }
            finally
            {
                _left.TrySetResult();
            }
        }
    }

    private sealed class Owner : IAsyncDisposable
    {
        public bool IsDisposed { get; private set; }

        public ValueTask DisposeAsync()
        {
            IsDisposed = true;
            return ValueTask.CompletedTask;
        }
    }
}
