using System.Runtime.CompilerServices;
using ClaudeProxy.Configuration;

namespace ClaudeProxy.Accounts;

/// <summary>The account source of the <c>servers</c> in the configuration: one set, ready at once.</summary>
internal sealed class ConfiguredAccounts(IReadOnlyList<ServerOptions> servers) : IAccountSource
{
    /// <summary>The accounts, in the order of the file.</summary>
    public IReadOnlyList<Account> Accounts { get; } = [.. servers.Select(ToAccount)];

    /// <inheritdoc />
    public async IAsyncEnumerable<IReadOnlyList<Account>> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return Accounts;
        await Task.CompletedTask;
    }

    private static Account ToAccount(ServerOptions server) => new()
    {
        Id = server.Name,
        Upstream = server.Url,
        Credential = CredentialOf(server),
        Weight = server.Weight,
        Priority = server.Priority,
        MaxConcurrency = server.MaxConcurrency,
        Models = server.Models,
        ModelNames = server.ModelNames,
        EgressProxy = server.Proxy,
        HttpVersion = server.HttpVersion,
    };

    private static Credential? CredentialOf(ServerOptions server) =>
        server.Token.IsEmpty ? null
        : server.AuthHeader is not { } header ? Credential.FromToken(server.Token.Reveal())
        : header.Equals("authorization", StringComparison.OrdinalIgnoreCase) ? Credential.BearerToken(server.Token.Reveal())
        : new Credential(header, null, server.Token);
}
