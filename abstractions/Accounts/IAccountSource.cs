namespace ClaudeProxy.Abstractions;

/// <summary>Where accounts come from.</summary>
/// <remarks>
/// <para><b>Lifetime:</b> one instance per configuration of the source, kept until that configuration or the plugin changes.
/// Disposed afterwards if it implements <see cref="IAsyncDisposable"/> or <see cref="IDisposable"/>.</para>
/// <para><b>Threading:</b> <see cref="ReadAsync"/> is called once and enumerated by one reader.</para>
/// <para><b>Cost:</b> runs beside the requests, never within one; a slow source delays nobody.</para>
/// <para><b>Failure:</b> let exceptions escape. The host keeps the last set of accounts, says so in the log and in
/// <c>/status</c>, and calls <see cref="ReadAsync"/> again after a pause that grows to 30 seconds.</para>
/// </remarks>
public interface IAccountSource
{
    /// <summary>Yields the whole set of accounts at once, and again each time it changes, until
    /// <paramref name="cancellationToken"/> is cancelled.</summary>
    /// <param name="cancellationToken">Cancelled when the source is no longer needed.</param>
    /// <returns>Never null; an item may be empty. The first item means that the source is ready. The order of an item is the
    /// order in which balancers see candidates. If the sequence ends, the last set stays in force.</returns>
    IAsyncEnumerable<IReadOnlyList<Account>> ReadAsync(CancellationToken cancellationToken);
}
