using ClaudeProxy.Failover;

namespace ClaudeProxy.Administration;

/// <summary>What the administration answers when it does not do what it was asked for.</summary>
internal static class AdminErrors
{
    /// <summary>The request comes from a page in a browser.</summary>
    public static ApiError FromBrowser { get; } = Final(403, "permission_error", "The administration does not talk to pages in a browser.");

    /// <summary>No admin key.</summary>
    public static ApiError Unauthenticated { get; } =
        Final(401, "authentication_error", "The administration needs a key of its own: one of admin_keys, as x-api-key or as a bearer token.");

    /// <summary>A path it does not have.</summary>
    public static ApiError UnknownPath { get; } = Final(
        404, "not_found_error", "The administration has GET /admin/decisions, GET /admin/decisions/ID and POST /admin/accounts/ID/reset, /disable and /enable.");

    /// <summary>A wrong method.</summary>
    public static ApiError WrongMethod(string right) => Final(405, "invalid_request_error", $"This path takes {right} only.");

    /// <summary>An account that the pool does not have.</summary>
    public static ApiError UnknownAccount(string id) => Final(404, "not_found_error", $"There is no account {id}; /status lists those there are.");

    /// <summary>A request of which nothing is known.</summary>
    public static ApiError UnknownRequest(string id, int kept) => Final(
        404, "not_found_error",
        $"Nothing is known of {id}. The last {kept} requests are remembered, and as many that failed over, waited or were refused; not those refused before an account was looked for.");

    /// <summary>A count out of range.</summary>
    public static ApiError WrongCount(string text, int most) => Final(400, "invalid_request_error", $"last is {text}; it must be 1 to {most}.");

    private static ApiError Final(int status, string type, string message) => new(status, type, message) { IsFinal = true };
}
