using System.Runtime.CompilerServices;
using ClaudeProxy.Abstractions;
using StackExchange.Redis;

namespace ClaudeProxy.Plugins.RedisAccounts;

/// <summary>Yields the accounts that a relay keeps in Redis: at each refresh, and soon after a change that Redis gives notice of.</summary>
internal sealed class RedisAccountSource(RedisAccountsOptions options, PluginContext context) : IAccountSource, IAsyncDisposable
{
    /// <summary>A relay notes each use of an account, so changes may never cease: reading takes at most a tenth of the time.</summary>
    private const int RestPerReading = 9;

    private static readonly TimeSpan s_shortestRest = TimeSpan.FromSeconds(1);

    private readonly RedisConnection _connection = new(options, context);
    private readonly AccountReader _reader = new(options, context);

    /// <inheritdoc />
    public async IAsyncEnumerable<IReadOnlyList<Account>> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var database = await _connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            _connection.ForgetChanges();
            var began = context.TimeProvider.GetTimestamp();
            var accounts = await ReadOnceAsync(database, cancellationToken).ConfigureAwait(false);
            var took = context.TimeProvider.GetElapsedTime(began);
            context.Logger.AccountsRead(accounts.Count, took.TotalMilliseconds);
            yield return accounts;

            var rest = took * RestPerReading > s_shortestRest ? took * RestPerReading : s_shortestRest;
            rest = rest < options.Refresh ? rest : options.Refresh;
            await Task.Delay(rest, context.TimeProvider, cancellationToken).ConfigureAwait(false);
            await _connection.WaitForChangeAsync(options.Refresh - rest, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    /// <summary>The library's own messages are long, and name its internals.</summary>
    private async Task<IReadOnlyList<Account>> ReadOnceAsync(IDatabase database, CancellationToken cancellationToken)
    {
        var endpoints = string.Join(", ", options.Endpoints);
        try
        {
            return await _reader.ReadAsync(database, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new RedisUnreachableException($"Redis at {endpoints} did not answer in time");
        }
        catch (RedisServerException exception)
        {
            throw new RedisUnreachableException($"Redis at {endpoints} refuses to answer: {exception.Message}");
        }
        catch (RedisException)
        {
            _connection.NoteAway();
            throw new RedisUnreachableException($"Redis at {endpoints} was lost");
        }
    }
}
