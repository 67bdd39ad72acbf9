using Microsoft.AspNetCore.Http;

namespace ClaudeProxy.Forwarding;

/// <summary>A client's request as every attempt sends it.</summary>
/// <param name="Method">The method.</param>
/// <param name="Target">Path and query, byte for byte as the client sent them; begins with <c>/</c>.</param>
/// <param name="Headers">The client's headers, from which each attempt takes what may pass.</param>
/// <param name="Body">The body, or <see langword="null"/> if there is none.</param>
/// <param name="Facts">What is known of it.</param>
internal sealed record ForwardedRequest(string Method, string Target, IHeaderDictionary Headers, BodyBlocks? Body, RequestFacts Facts);
