using System.Globalization;
using ClaudeProxy.Accounts;
using ClaudeProxy.Day.Team;
using ClaudeProxy.Day.Upstreams;
using ClaudeProxy.Plugins.Simulator;

namespace ClaudeProxy.Day.Results;

/// <summary>Sees which conversations leave the cache they are in, and why. For one thread.</summary>
internal sealed class MoveWatch(DayScene scene, TimeProvider timeProvider)
{
    /// <summary>Less is the difference between two breakpoints, no move.</summary>
    private const int LeastTokens = 500;

    private readonly Dictionary<string, DayAccount> _lastServedBy = [];
    private readonly List<Move> _moves = [];

    /// <summary>The accounts as the proxy sees them.</summary>
    public AccountPool? Pool { get; set; }

    /// <summary>All of them.</summary>
    public IReadOnlyList<Move> Moves => _moves;

    /// <summary>Why <paramref name="request"/> comes to <paramref name="account"/>, if it was served elsewhere before; asked before anything else happens.</summary>
    public string? ReasonFor(DayRequest request, DayAccount account)
    {
        if (!_lastServedBy.TryGetValue(request.ConversationKey, out var last) || last.Workspace == account.Workspace)
        {
            return null;
        }

        if (request.Refusals.Count > 0)
        {
            return string.Create(CultureInfo.InvariantCulture, $"answered {request.Refusals[^1]}");
        }

        var now = timeProvider.GetUtcNow();
        var model = request.Prompt.Model;
        var accounts = Pool!.Accounts.Where(known => scene.Accounts.Any(other => other.Name == known.AccountId && other.Workspace == last.Workspace)).ToArray();
        return !accounts.Any(known => known.StandingAt(now, model).Tier == Tier.Usable)
            ? accounts.Any(known => known.StandingAt(now, model).Tier == Tier.RateLimited) ? "rate limited" : "cooling down"
            : accounts.All(known => known.Allowances.IsLow(now, model)) ? "little left of a limit"
            : "the balancer's choice";
    }

    /// <summary><paramref name="account"/> serves <paramref name="request"/>.</summary>
    public void Served(DayRequest request, DayAccount account, PromptUsage usage, string? reason, DateTimeOffset now)
    {
        if (reason is not null)
        {
            var lost = _lastServedBy[request.ConversationKey].Workspace.Cache.Read(request.Prompt, now).Usage.Read - usage.Read;
            if (lost >= LeastTokens)
            {
                _moves.Add(new Move(reason, lost));
            }
        }

        _lastServedBy[request.ConversationKey] = account;
    }
}
