using System.Security.Cryptography;
using ClaudeProxy.Endpoint;
using Microsoft.AspNetCore.Http;

namespace ClaudeProxy.Administration;

/// <summary>Who may administer: whoever shows one of the operator's <c>admin_keys</c>, or the random key of this run. Immutable, thread-safe.</summary>
/// <remarks>No client key and no address is enough: a page in a browser on this machine can send requests to loopback too.</remarks>
internal sealed class AdminKeys
{
    /// <summary>The random key, made when the proxy starts; <see cref="AdminKeyFile"/> leaves it where our own commands find it.</summary>
    public Secret Own { get; } = new(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));

    /// <summary>Whether a request with these headers may come in.</summary>
    public bool Open(IHeaderDictionary headers, IReadOnlyList<Secret> listed) => new ClientKeys([Own, .. listed], isRelay: false).Check(headers, "").IsAllowed;
}
