namespace ClaudeProxy.Plugins.Simulator;

/// <summary>A request that ends with an error in the API's shape.</summary>
internal sealed class ApiException(int status, string type, string message) : Exception(message)
{
    /// <summary>The status of the answer.</summary>
    public int Status { get; } = status;

    /// <summary>The error's type.</summary>
    public string Type { get; } = type;

    /// <summary>The <c>retry-after</c> header, or <see langword="null"/> for none.</summary>
    public string? RetryAfter { get; init; }

    /// <summary>The <c>x-should-retry</c> header, or <see langword="null"/> for none.</summary>
    public bool? ShouldRetry { get; init; }
}
