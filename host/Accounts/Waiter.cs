namespace ClaudeProxy.Accounts;

/// <summary>A request that waits until an account has room for it. Its line tells it what happens; it awaits that. Thread-safe.</summary>
internal sealed class Waiter(AccountPool pool, RequestFacts request, TriedAccounts tried, long ticket)
{
    private volatile TaskCompletionSource _signal = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The client it takes turns with; all without a key are one.</summary>
    public string Client { get; } = request.Client ?? "";

    /// <summary>The session it takes turns with, within its client; all without one are one.</summary>
    public string Session { get; } = request.SessionId ?? "";

    /// <summary>What it waits for an account for, or <see langword="null"/>.</summary>
    public string? Model { get; } = request.Model;

    /// <summary>Grows with each that comes.</summary>
    public long Ticket { get; } = ticket;

    /// <summary>Its place in the line; for the line alone.</summary>
    public LinkedListNode<Waiter>? Place { get; set; }

    /// <summary>The account it was given, or <see langword="null"/>.</summary>
    public Lease? Lease { get; private set; }

    /// <summary>Whether it had to make room for another.</summary>
    public bool IsPushedOut { get; private set; }

    /// <summary>Whether <paramref name="account"/> may serve it now.</summary>
    public bool Takes(AccountState account, DateTimeOffset now) =>
        pool.Contains(account) && account.Serves(Model) && account.ServesTools(request, now) && !tried.Contains(account) && account.IsUsable(now, Model);

    /// <summary>Gives it an account. It has left the line.</summary>
    public void Give(Lease lease)
    {
        Lease = lease;
        Signal();
    }

    /// <summary>Tells it to give up. It has left the line.</summary>
    public void PushOut()
    {
        IsPushedOut = true;
        Signal();
    }

    /// <summary>Lets it look again.</summary>
    public void Signal() => _signal.TrySetResult();

    /// <summary>Forgets what was signalled so far. To be called before looking: what happens from then on ends the next wait.</summary>
    public void Listen() => _signal = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Waits for a signal, for at most <paramref name="patience"/>, or until the client leaves.</summary>
    public async Task WaitAsync(TimeSpan patience, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var signal = _signal.Task;
        var timer = timeProvider.CreateTimer(static waiter => ((Waiter)waiter!).Signal(), this, patience, Timeout.InfiniteTimeSpan);
        await using (timer.ConfigureAwait(false))
        {
            using var registration = cancellationToken.UnsafeRegister(static waiter => ((Waiter)waiter!).Signal(), this);
            await signal.ConfigureAwait(false);
        }
    }
}
