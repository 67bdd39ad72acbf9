using ClaudeProxy.Abstractions;

namespace ClaudeProxy.Plugins.SessionAffinity;

/// <summary>Weighs what it costs to write a prefix to another cache against what that saves. Thread-safe.</summary>
internal sealed class Economy(AffinityOptions options, TimeProvider timeProvider, System.Random random)
{
    /// <summary>For an hour a token costs 2 input prices to write, and else 1.25; reading it would have cost 0.1.</summary>
    private const double ExtraOfAnHour = (2 - 0.1) / (1.25 - 0.1);

    /// <summary>A prompt has about one token for so many bytes; for answers that do not tell.</summary>
    private const int BytesPerToken = 4;

    private static readonly TimeSpan s_shortLifetime = TimeSpan.FromMinutes(5);

    /// <summary>An account that is usable again lets one request try it first.</summary>
    private static readonly TimeSpan s_timeToTry = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan s_longestDelay = TimeSpan.FromSeconds(10);

    private readonly MoveRamp _moves = new();
    private volatile int _receivers = 1;

    /// <summary>The length of a prompt: what is known to be cached of it, or a guess.</summary>
    public static long TokensOf(RequestFacts request) => request.Cached is { Tokens: > 0 and var tokens } ? tokens : request.BodyBytes / BytesPerToken;

    /// <summary>Whether a conversation may leave an account that has <paramref name="excess"/> requests too many: if little is to be written again.</summary>
    public bool MayLeave(RequestFacts request, long excess) =>
        excess > 0 && TokensOf(request) < excess * options.MoveBelowTokens;

    /// <summary>Notes that a conversation is moved to <paramref name="entry"/>, one of <paramref name="receivers"/>.</summary>
    public void NoteMove(RequestFacts request, RosterEntry entry, int receivers, DateTimeOffset now)
    {
        var duration = TimeToTake(TokensOf(request), receivers: 1);
        entry.Moves.Add(now, duration);
        _receivers = receivers;
        if (request.Attempt > 1)
        {
            // Nobody has asked for patience: it has just found out that its account does not serve.
            _moves.Add(now, duration / receivers);
        }
    }

    /// <summary>How long <paramref name="request"/> waits before it is moved: for its account, if that comes back before the wait costs more than
    /// the move; else until those that are being moved have been taken in.</summary>
    public TimeSpan PatienceFor(RequestFacts request, TimeSpan? usableIn)
    {
        if (request.Cached is null || !request.Path.EndsWith("/messages", StringComparison.OrdinalIgnoreCase))
        {
            return TimeSpan.Zero;
        }

        var tokens = TokensOf(request);
        var worth = options.WaitPer100KTokens * (tokens / 100_000.0 * (request.CacheLifetime > s_shortLifetime ? ExtraOfAnHour : 1));
        if (usableIn is { } wait && wait < worth)
        {
            return wait + s_timeToTry < worth ? wait + s_timeToTry : worth;
        }

        var now = timeProvider.GetUtcNow();
        var delay = _moves.BehindAt(now) - MoveRamp.Burst;
        _moves.Add(now, TimeToTake(tokens, _receivers));
        delay = delay < s_longestDelay ? delay : s_longestDelay;

        // A part of it by chance: replicas must not move theirs in step.
        return delay > TimeSpan.Zero ? delay * (0.5 + (random.NextDouble() / 2)) : TimeSpan.Zero;
    }

    private TimeSpan TimeToTake(long tokens, int receivers) =>
        options.MovedTokensPerSecond == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds((double)tokens / options.MovedTokensPerSecond / receivers);

}
