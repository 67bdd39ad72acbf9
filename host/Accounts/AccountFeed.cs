using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Accounts;

/// <summary>Carries what an account source yields into a pool, for as long as the pool lives. Thread-safe.</summary>
/// <remarks>The last good set stays in force when the source fails; it is asked again after a pause that grows to 30 seconds.</remarks>
internal sealed class AccountFeed : IAsyncDisposable
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_longestDisposal = TimeSpan.FromSeconds(5);

    private readonly IAccountSource _source;
    private readonly IAsyncDisposable? _owner;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _taking = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _reading;
    private IReadOnlyList<Account>? _last;
    private bool _stopped;

    /// <summary>Begins to read at once.</summary>
    /// <param name="name">The source's name, for people.</param>
    /// <param name="source">The source.</param>
    /// <param name="owner">What must be disposed with the feed, or <see langword="null"/>.</param>
    /// <param name="pool">The pool to fill.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">Where sets and failures are told.</param>
    public AccountFeed(string name, IAccountSource source, IAsyncDisposable? owner, AccountPool pool, TimeProvider timeProvider, ILogger logger)
    {
        (Name, _source, _owner, Pool, _timeProvider, _logger) = (name, source, owner, pool, timeProvider, logger);
        _reading = Task.Run(ReadAsync);
    }

    /// <summary>The source's name.</summary>
    public string Name { get; }

    /// <summary>The pool that the feed fills.</summary>
    public AccountPool Pool { get; }

    /// <summary>Completes with the first set.</summary>
    public Task Ready => _ready.Task;

    /// <summary>When the last set came, or <see langword="null"/> if none has come yet.</summary>
    public DateTimeOffset? UpdatedAt { get; private set; }

    /// <summary>Why the source fails now, or <see langword="null"/>.</summary>
    public string? Error { get; private set; }

    /// <summary>Raised after each set, on the feed's own task.</summary>
    public event Action? Updated;

    /// <summary>Takes no further set: another feed has taken over. The source itself lives on until the disposal, for requests in flight.</summary>
    public void Stop()
    {
        // What is known of an account is shared by all feeds: a late set of this one would overwrite what the other says.
        lock (_taking)
        {
            _stopped = true;
        }
    }

    /// <summary>Tells the last set once more, after the feed before this one has been stopped: its last word may have come after ours.</summary>
    public void Repeat()
    {
        lock (_taking)
        {
            if (!_stopped && _last is { } accounts)
            {
                Pool.Update(accounts);
            }
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        try
        {
            await Task.Run(EndAsync).WaitAsync(s_longestDisposal, _timeProvider).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // A source is somebody else's code: whatever it throws, or if it never ends, the rest goes its way.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _logger.AccountSourceNotEnded(Name, exception.Message);
        }
    }

    private async Task EndAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _reading.ConfigureAwait(false);
        _stop.Dispose();
        if (_owner is not null)
        {
            await _owner.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task ReadAsync()
    {
        var pause = s_firstPause;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await foreach (var accounts in _source.ReadAsync(_stop.Token).ConfigureAwait(false))
                {
                    Take(accounts);
                    pause = s_firstPause;
                }

                return;
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // A source is somebody else's code: whatever it throws, the last set stays and it is asked again.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Error = exception.Message;
                _logger.AccountSourceFailed(Name, exception.Message, pause.TotalSeconds);
            }

            await Task.Delay(pause, _timeProvider, _stop.Token).ContinueWith(static _ => { }, TaskScheduler.Default).ConfigureAwait(false);
            pause = pause * 2 > s_longestPause ? s_longestPause : pause * 2;
        }
    }

    private void Take(IReadOnlyList<Account> yielded)
    {
        var accounts = AccountRules.Check(yielded);
        var before = Pool.Accounts.Count;
        lock (_taking)
        {
            if (_stopped)
            {
                return;
            }

            _last = accounts;
            Pool.Update(accounts);
        }

        Error = null;
        if (before != accounts.Count || UpdatedAt is null)
        {
            _logger.AccountsUpdated(accounts.Count, Name);
        }

        UpdatedAt = _timeProvider.GetUtcNow();
        _ready.TrySetResult();
        Updated?.Invoke();
    }
}
