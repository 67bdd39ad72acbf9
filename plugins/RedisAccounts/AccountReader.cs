using ClaudeProxy.Abstractions;
using StackExchange.Redis;

namespace ClaudeProxy.Plugins.RedisAccounts;

/// <summary>Reads the whole list of accounts, many questions at a time. For one thread.</summary>
internal sealed class AccountReader(RedisAccountsOptions options, PluginContext context)
{
    /// <summary>What the keys begin with by which the relay marks an account for a while; the account's id follows.</summary>
    public const string TemporaryMark = "temp_unavailable:claude-official:", OverloadMark = "account:overload:";

    private const string Index = "index";

    // Enough to keep the line busy, and few enough that an answer is never far away.
    private const int AccountsAtOnce = 1000;
    private const int KeysAtOnce = 1000;
    private const int MostStatusesToldOf = 16;

    private readonly HashSet<string> _toldStatuses = new(StringComparer.Ordinal);
    private bool _hasToldOfOthers;

    /// <summary>The accounts as they stand now, in the order of their ids.</summary>
    public async Task<IReadOnlyList<Account>> ReadAsync(IDatabase database, CancellationToken cancellationToken)
    {
        var ids = await FindIdsAsync(database, cancellationToken).ConfigureAwait(false);
        var accounts = new List<Account>(ids.Count);
        var others = new List<string>();
        foreach (var some in ids.Chunk(AccountsAtOnce))
        {
            var answers = Task.WhenAll(some.Select(id => AskAsync(database, id)));
            foreach (var (id, fields, markedUntil) in await InTime(answers, cancellationToken).ConfigureAwait(false))
            {
                if (fields is null || !AccountRules.IsAccount(fields) || !AccountRules.IsPrintable(id))
                {
                    others.Add(id);
                }
                else if (AccountRules.IsShared(fields) || options.AccountKeys.ContainsKey(id))
                {
                    accounts.Add(ToAccount(id, fields, markedUntil));
                }
            }
        }

        TellOf(others);
        return accounts;
    }

    private async Task<IReadOnlyList<string>> FindIdsAsync(IDatabase database, CancellationToken cancellationToken)
    {
        var index = await ReadIndexAsync(database, cancellationToken).ConfigureAwait(false);
        var ids = index.Length > 0
            ? index.Select(id => (string)id!).Where(id => id.Length > 0)
            : (await ScanAsync(database, cancellationToken).ConfigureAwait(false)).Where(id => id is not (Index or $"{Index}:empty"));
        return [.. ids.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    private async Task<RedisValue[]> ReadIndexAsync(IDatabase database, CancellationToken cancellationToken)
    {
        try
        {
            return await InTime(database.SetMembersAsync(options.Prefix + Index), cancellationToken).ConfigureAwait(false);
        }
        catch (RedisServerException exception) when (IsOfOtherType(exception))
        {
            return [];
        }
    }

    /// <summary>Relays before the end of 2025 keep no index.</summary>
    private Task<List<string>> ScanAsync(IDatabase database, CancellationToken cancellationToken)
    {
        var multiplexer = database.Multiplexer;
        var server = multiplexer.GetEndPoints().Select(endpoint => multiplexer.GetServer(endpoint)).FirstOrDefault(server => server.IsConnected)
            ?? throw new RedisUnreachableException($"Redis at {string.Join(", ", options.Endpoints)} was lost");

        // The library goes through the keys page by page, each with a limit of its own, but only while somebody waits for it.
        return Task.Run(Scan, cancellationToken);

        List<string> Scan()
        {
            var ids = new List<string>();
            foreach (var key in server.Keys(options.Database, options.Prefix + "*", KeysAtOnce))
            {
                cancellationToken.ThrowIfCancellationRequested();
                ids.Add(((string)key!)[options.Prefix.Length..]);
            }

            return ids;
        }
    }

    private async Task<(string Id, AccountFields? Fields, DateTimeOffset? MarkedUntil)> AskAsync(IDatabase database, string id)
    {
        var hash = database.HashGetAsync(options.Prefix + id, AccountFields.Names);
        var temporary = database.KeyTimeToLiveAsync(TemporaryMark + id);
        var overload = database.KeyTimeToLiveAsync(OverloadMark + id);
        var (one, other) = (await temporary.ConfigureAwait(false), await overload.ConfigureAwait(false));
        try
        {
            // Only how long a mark still lives counts: the times inside it may be those of another clock.
            var longest = one is null || other > one ? other : one;
            return (id, AccountFields.Of(await hash.ConfigureAwait(false)), context.TimeProvider.GetUtcNow() + longest);
        }
        catch (RedisServerException exception) when (IsOfOtherType(exception))
        {
            return (id, null, null);
        }
    }

    private Account ToAccount(string id, AccountFields fields, DateTimeOffset? markedUntil)
    {
        if (!AccountRules.IsKnownStatus(fields["status"]) && _toldStatuses.Count < MostStatusesToldOf && _toldStatuses.Add(fields["status"]))
        {
            context.Logger.UnknownStatus(ShownId.Of(id), fields["status"]);
        }

        return new Account
        {
            Id = ShownId.Of(id),
            Name = fields["name"] is { Length: > 0 } name ? name : ShownId.Of(id),
            Upstream = options.TargetUrl,
            Credential = options.AccountKeys.TryGetValue(id, out var key) ? Credential.ApiKey(key.Reveal()) : Credential.AccountId(id),
            Priority = AccountRules.PriorityOf(fields),
            Observed = AccountRules.Observe(fields, markedUntil),
        };
    }

    private void TellOf(List<string> others)
    {
        if (others.Count > 0 && !_hasToldOfOthers)
        {
            _hasToldOfOthers = true;
            context.Logger.KeysLeftOut(others.Count, options.Prefix + others[0]);
        }
    }

    private Task<T> InTime<T>(Task<T> answer, CancellationToken cancellationToken) =>
        answer.WaitAsync(options.Timeout, context.TimeProvider, cancellationToken);

    private static bool IsOfOtherType(RedisServerException exception) => exception.Message.StartsWith("WRONGTYPE", StringComparison.Ordinal);
}
