namespace ClaudeProxy.Accounts;

/// <summary>One request's wait for an account that has its conversation in cache. For its thread only.</summary>
/// <param name="request">The request.</param>
/// <param name="readers">The accounts that have it, none of them usable at first; perhaps none at all.</param>
/// <param name="until">How long it may last.</param>
internal sealed class CacheWait(RequestFacts request, AccountState[] readers, DateTimeOffset until)
{
    /// <summary>How long it may last.</summary>
    public DateTimeOffset Until { get; } = until;

    /// <summary>How long it has lasted so far.</summary>
    public TimeSpan Waited { get; set; }

    /// <summary>Whether one of the accounts may serve the request at <paramref name="now"/>.</summary>
    public bool IsOverAt(DateTimeOffset now) =>
        Array.Exists(readers, reader => reader.HasRoom && reader.IsUsable(now, request.Model) && reader.ServesTools(request, now));
}
