using BenchmarkDotNet.Attributes;
using ClaudeProxy.Abstractions;
using ClaudeProxy.Policies;

namespace ClaudeProxy.Micro;

/// <summary>One decision of a policy that is compiled into the program.</summary>
public class DecideBenchmarks
{
    private IFailoverPolicy _policy = null!;

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

    [Params(BuiltInFailoverPolicy.Name, MiddlewareFailoverPolicy.Name)]
    public string Policy { get; set; } = "";

    [GlobalSetup]
    public void Setup() => _policy = Policy == MiddlewareFailoverPolicy.Name ? MiddlewareFailoverPolicy.Instance : BuiltInFailoverPolicy.Instance;

    [Benchmark]
    public FailoverDecision RateLimited() => _policy.Decide(s_rateLimited);

    [Benchmark]
    public FailoverDecision Overloaded() => _policy.Decide(s_overloaded);

    [Benchmark]
    public FailoverDecision NotReached() => _policy.Decide(s_notReached);

    [Benchmark]
    public FailoverDecision BadRequest() => _policy.Decide(s_badRequest);
}
