using ClaudeProxy.Abstractions;

namespace ClaudeProxy.Plugins.SessionAffinity;

/// <summary>Keeps each conversation where its prefix is cached, gives new ones to the account that every replica would choose, and spreads
/// sub-agents. Thread-safe.</summary>
/// <remarks>Where a conversation is cached, the host remembers. Without allocations while it meets only accounts it knows.</remarks>
internal sealed class SessionAffinityLoadBalancer(AffinityOptions options, TimeProvider timeProvider, System.Random random) : IPatientLoadBalancer
{
    private readonly Roster _roster = new();
    private readonly Economy _economy = new(options, timeProvider, random);

    /// <inheritdoc />
    public Candidate? Pick(RequestFacts request, IReadOnlyList<Candidate> candidates)
    {
        var field = _roster.FieldOf(candidates.AsSpan());
        var choice = request.Cached is { } cached && timeProvider.GetUtcNow() is var now && cached.Until > now
            ? Follow(request, cached, field, now)
            : Place(request, field, movedAt: null);
        _roster.Count(choice, field, Economy.TokensOf(request));
        return choice.Candidate;
    }

    /// <inheritdoc />
    public TimeSpan PatienceFor(RequestFacts request, TimeSpan? usableIn) => _economy.PatienceFor(request, usableIn);

    private Choice Follow(RequestFacts request, CachedPrompt cached, Field field, DateTimeOffset now)
    {
        if (Home.Find(field, cached) is { } home
            && (home.Candidate.InFlight < Load.AlwaysAllowed || !_economy.MayLeave(request, Load.Of(field).ExcessOf(home))))
        {
            return home;
        }

        var choice = Place(request, field, now);
        _economy.NoteMove(request, choice.Entry, field.Count, now);
        return choice;
    }

    private static Choice Place(RequestFacts request, Field field, DateTimeOffset? movedAt) =>
        request.AgentId is not null || request.Conversation == 0
            ? LeastLoaded.Find(field, request.Conversation)
            : BoundedRendezvous.Find(field, request.Conversation, movedAt);
}
