namespace ClaudeProxy.Forwarding;

/// <summary>The API's error types and the statuses they come with.</summary>
internal static class ErrorTypes
{
    /// <summary>The status of <paramref name="type"/>; 500 for one that is newer than this program.</summary>
    public static int StatusOf(string? type) => type switch
    {
        "invalid_request_error" => 400,
        "authentication_error" => 401,
        "billing_error" => 402,
        "permission_error" => 403,
        "not_found_error" => 404,
        "conflict_error" => 409,
        "request_too_large" => 413,
        "rate_limit_error" => 429,
        "timeout_error" => 504,
        "overloaded_error" => 529,
        _ => 500,
    };
}
