namespace ClaudeProxy.Accounts;

/// <summary>What the host demands of the accounts that a source yields. A source is somebody else's code, and what it yields goes far.</summary>
internal static class AccountRules
{
    /// <summary>The accounts as the host keeps them: checked, and with nothing of the source's own types in them.</summary>
    /// <exception cref="InvalidDataException">A sentence that names the first account that cannot be used, and why.</exception>
    public static IReadOnlyList<Account> Check(IReadOnlyList<Account> accounts)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var kept = new Account[accounts.Count];
        for (var i = 0; i < kept.Length; i++)
        {
            var account = accounts[i] ?? throw new InvalidDataException($"account {i} is null");
            if (FaultOf(account) is { } fault)
            {
                throw new InvalidDataException($"account {i} ('{Printable(account.Id)}') {fault}");
            }

            if (!ids.Add(account.Id))
            {
                throw new InvalidDataException($"account {i} has the id '{account.Id}' of another one; ids must be unique");
            }

            // A stream may hold an account for hours; a list of the plugin's own would hold the plugin in memory with it.
            kept[i] = account with
            {
                Models = account.Models.ToArray(),
                ModelNames = new Dictionary<string, string>(account.ModelNames),
                Labels = new Dictionary<string, string>(account.Labels),
            };
        }

        return kept;
    }

    private static string? FaultOf(Account account) =>
        string.IsNullOrEmpty(account.Id) || account.Id.Any(char.IsControl) ? "has no id, or one with a control character"
        : account.Upstream is not { IsAbsoluteUri: true } upstream || (upstream.Scheme != Uri.UriSchemeHttp && upstream.Scheme != Uri.UriSchemeHttps)
            ? "has no http or https address as upstream"
        : upstream.UserInfo.Length > 0 || upstream.Query.Length > 0 || upstream.Fragment.Length > 0 ? "has an upstream with user, query or fragment"
        : account.EgressProxy is { Address.UserInfo.Length: > 0 } ? "has an egress proxy with its user in the address"
        : account.Weight < 1 ? "has a weight below 1"
        : account.Priority < 0 ? "has a priority below 0"
        : account.MaxConcurrency < 1 ? "has a max concurrency below 1"
        : account.Models is null || account.Models.Contains(null!) ? "has models that are null"
        : account.ModelNames is null || account.ModelNames.Any(static name => string.IsNullOrEmpty(name.Value)) ? "has model names that are null or empty"
        : account.Labels is null ? "has labels that are null"
        : account.Observed?.ModelsRateLimitedUntil is null ? "has an observation that is null"
        : null;

    private static string Printable(string? text) => string.Concat((text ?? "").Where(character => !char.IsControl(character)).Take(64));
}
