using System.Globalization;

namespace ClaudeProxy.Endpoint;

/// <summary>Makes the proxy's ids of requests: unique within a process, and between processes as likely as 40 random bits make it. Thread-safe.</summary>
internal sealed class RequestIds(Random random)
{
    /// <summary>The header that tells the client its request's id.</summary>
    public const string HeaderName = "x-claude-proxy-request-id";

    private readonly string _prefix = string.Create(CultureInfo.InvariantCulture, $"req_{random.NextInt64(1L << 40):x10}");
    private long _last;

    /// <summary>The next id.</summary>
    public string Next() => string.Create(CultureInfo.InvariantCulture, $"{_prefix}{Interlocked.Increment(ref _last):x6}");
}
