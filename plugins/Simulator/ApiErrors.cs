namespace ClaudeProxy.Plugins.Simulator;

/// <summary>The errors of the API: which status has which type, and what it says.</summary>
internal static class ApiErrors
{
    private static readonly (int Status, string Type, string Message)[] s_known =
    [
        (400, "invalid_request_error", "Invalid request"),
        (401, "authentication_error", "invalid x-api-key"),
        (402, "billing_error", "Your credit balance is too low to access the Anthropic API."),
        (403, "permission_error", "Your API key does not have permission to use the specified resource."),
        (404, "not_found_error", "Not found"),
        (413, "request_too_large", "Request exceeds the maximum size"),
        (429, "rate_limit_error", "This request would exceed your organization's rate limit."),
        (500, "api_error", "Internal server error"),
        (504, "timeout_error", "Request timed out"),
        (529, "overloaded_error", "Overloaded"),
    ];

    /// <summary>The request is wrong.</summary>
    public static ApiException Invalid(string message) => new(400, "invalid_request_error", message);

    /// <summary>The error of <paramref name="status"/>, with the API's own type and message where none is given.</summary>
    public static ApiException OfStatus(int status, string? type = null, string? message = null)
    {
        var known = Array.Find(s_known, error => error.Status == status);
        var usual = known.Status != 0 ? known : Array.Find(s_known, error => error.Status == (status < 500 ? 400 : 500));
        return new ApiException(status, type ?? usual.Type, message ?? usual.Message);
    }

    /// <summary>The error that <paramref name="status"/> describes.</summary>
    public static ApiException OfStatus(SimulatedFault.Status status)
    {
        var usual = OfStatus(status.Code, status.Type, status.Message);
        return new ApiException(usual.Status, usual.Type, usual.Message)
        {
            RetryAfter = status.RetryAfter,
            ShouldRetry = status.ShouldRetry,
        };
    }

    /// <summary>The error of <paramref name="type"/>, with the status that goes with it; 500 if the API has no such type.</summary>
    public static ApiException OfType(string type, string? message = null)
    {
        var known = Array.Find(s_known, error => error.Type == type);
        return known.Status != 0 ? new ApiException(known.Status, type, message ?? known.Message) : OfStatus(500, type, message);
    }
}
