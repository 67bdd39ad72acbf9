using ClaudeProxy.Accounts;
using ClaudeProxy.Forwarding;

namespace ClaudeProxy.Failover;

/// <summary>What the client gets: an upstream's answer, or an error of our own. Dispose it to let go of account and connection.</summary>
internal sealed class FailoverResult : IAsyncDisposable
{
    private readonly Lease? _lease;

    /// <summary>An error of our own.</summary>
    public FailoverResult(ApiError error) => Error = error;

    /// <summary>An upstream's answer.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="lease">The hold on the account that still sends it, or <see langword="null"/> if it is complete.</param>
    /// <param name="isLastOfSeveral">Whether it is passed on for lack of a better one.</param>
    public FailoverResult(UpstreamAnswer answer, Lease? lease, bool isLastOfSeveral) => (Answer, _lease, IsLastOfSeveral) = (answer, lease, isLastOfSeveral);

    /// <summary>The error, or <see langword="null"/>.</summary>
    public ApiError? Error { get; }

    /// <summary>The answer, or <see langword="null"/>.</summary>
    public UpstreamAnswer? Answer { get; }

    /// <summary>The hold on the account that sends the answer, or <see langword="null"/> if it needs none any more.</summary>
    public Lease? Lease => _lease;

    /// <summary>Whether the answer is a failure that is passed on because nothing better came: its <c>retry-after</c> must not make clients give up.</summary>
    public bool IsLastOfSeveral { get; }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (Answer is not null)
            {
                await Answer.DisposeAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            _lease?.Dispose();
        }
    }
}
