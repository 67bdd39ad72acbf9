using Microsoft.AspNetCore.Http;

namespace ClaudeProxy.Endpoint;

/// <summary>Which paths go to upstreams; all others are the proxy's own.</summary>
internal static class ProxiedPaths
{
    private const string Api = "/v1/";

    /// <summary>The further families of a relay. Nothing is rewritten: the relay knows them all.</summary>
    private static readonly string[] s_ofRelay = ["/api/v1/", "/claude/v1/", "/gemini/", "/openai/claude/v1/", "/openai/gemini/v1/"];

    /// <summary>Whether the path goes to any upstream.</summary>
    /// <param name="target">Path and query as they came over the wire.</param>
    /// <param name="path">The path as the server reads it, which must agree: <c>/v1/../admin</c> is not <c>/v1/</c>.</param>
    public static bool IsOfApi(string target, PathString path) => IsBelow(Api, target, path);

    /// <summary>Whether the path goes to an upstream if that is a relay.</summary>
    public static bool IsOfRelay(string target, PathString path) => Array.Exists(s_ofRelay, prefix => IsBelow(prefix, target, path));

    private static bool IsBelow(string prefix, string target, PathString path) =>
        target.StartsWith(prefix, StringComparison.Ordinal) && path.Value?.StartsWith(prefix, StringComparison.Ordinal) == true;
}
