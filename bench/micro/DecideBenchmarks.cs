using BenchmarkDotNet.Attributes;
using ClaudeProxy.Abstractions;
using ClaudeProxy.Policies;

namespace ClaudeProxy.Micro;

/// <summary>One decision of the built-in policy.</summary>
public class DecideBenchmarks
{
    private static readonly AttemptOutcome s_rateLimited = new()
    {
        Status = 429,
        ErrorType = "rate_limit_error",
        ErrorMessage = "This request would exceed the rate limit for your organization of 50 requests per minute.",
        RetryAfter = TimeSpan.FromSeconds(30),
        Account = "account-1",
        Model = "claude-sonnet-4-5",
        Path = "/v1/messages",
    };

    private static readonly AttemptOutcome s_overloaded = s_rateLimited with { Status = 529, ErrorType = "overloaded_error", ErrorMessage = "Overloaded", RetryAfter = null };

    private static readonly AttemptOutcome s_notReached = s_rateLimited with { Status = 0, Failure = FailureKind.Connect, ErrorType = null, ErrorMessage = "", RetryAfter = null };

    private static readonly AttemptOutcome s_badRequest = s_rateLimited with
    {
        Status = 400,
        ErrorType = "invalid_request_error",
        ErrorMessage = "messages.3.content.0: unexpected `tool_use_id` found in `tool_result` blocks.",
        RetryAfter = null,
    };

    [Benchmark]
    public FailoverDecision RateLimited() => BuiltInFailoverPolicy.Instance.Decide(s_rateLimited);

    [Benchmark]
    public FailoverDecision Overloaded() => BuiltInFailoverPolicy.Instance.Decide(s_overloaded);

    [Benchmark]
    public FailoverDecision NotReached() => BuiltInFailoverPolicy.Instance.Decide(s_notReached);

    [Benchmark]
    public FailoverDecision BadRequest() => BuiltInFailoverPolicy.Instance.Decide(s_badRequest);
}
