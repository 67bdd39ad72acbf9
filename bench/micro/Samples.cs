using ClaudeProxy.Abstractions;
using ClaudeProxy.Accounts;
using ClaudeProxy.Extensions;

namespace ClaudeProxy.Micro;

/// <summary>Accounts and requests as the host makes them.</summary>
internal static class Samples
{
    /// <summary>A request for a message, in a conversation.</summary>
    public static RequestFacts Request { get; } = new()
    {
        RequestId = "req_011CSHoEeqs5C35K2UUqR7Fy",
        Method = "POST",
        Path = "/v1/messages",
        Model = "claude-sonnet-4-5",
        SessionId = "5f2b7c1e-8f0d-4f53-9a39-6a4c9a1f7d10",
        IsStreaming = true,
        BodyBytes = 90_000,
        Conversation = 0x9E37_79B9_7F4A_7C15,
    };

    /// <summary>What an answer says of limits so high that a benchmark does not reach them.</summary>
    public static RateLimits PlentyLeft { get; } = new()
    {
        Requests = new RateLimit(50_000_000_000, 49_000_000_000, TimeSpan.FromSeconds(2)),
        InputTokens = new RateLimit(50_000_000_000_000, 49_000_000_000_000, TimeSpan.FromSeconds(2)),
        OutputTokens = new RateLimit(10_000_000_000_000, 9_000_000_000_000, TimeSpan.FromSeconds(2)),
    };

    /// <summary>So many accounts, of weights 1 to 3.</summary>
    public static Account[] Accounts(int count) =>
    [
        .. Enumerable.Range(0, count).Select(index => new Account
        {
            Id = $"account-{index}",
            Upstream = new Uri("http://127.0.0.1:9"),
            Credential = Credential.ApiKey($"token-{index}"),
            Weight = 1 + (index % 3),
        }),
    ];

    /// <summary>The same as a balancer sees them, in a list as the host's.</summary>
    public static List<Candidate> Candidates(int count)
    {
        var candidates = CandidateList.Rent();
        candidates.AddRange(new AccountStore(TimeProvider.System).Update(Accounts(count)));
        return candidates;
    }
}
