using ClaudeProxy.Extensions;
using ClaudeProxy.Usage;

namespace ClaudeProxy.Accounts;

/// <summary>The accounts that one attempt may be given to, as found at one moment. For one thread.</summary>
/// <remarks>One pass over the accounts, as far as no <see cref="Survey"/> spares it. Those whose upstream or workspace has failed the request, those with
/// little left of their limits, and those that recover, are sorted out afterwards, and only where there are any: they stay candidates when nobody else
/// is one.</remarks>
internal struct Selection
{
    private readonly TriedAccounts _tried;
    private readonly RequestFacts _request;
    private readonly string? _model;
    private readonly DateTimeOffset _now;
    private readonly PoolOptions _options;
    private readonly CachedPrompt? _cached;
    private AccountState? _due;
    private int _best;
    private int _dueGroup;
    private int _avoided;
    private int _low;
    private int _recovering;

    /// <summary>Looks for accounts that may serve <paramref name="request"/>. Those that read what is <paramref name="cached"/> stay in while they are
    /// low or recover: to them the request costs a tenth of what it costs the others.</summary>
    public Selection(AccountSet set, RequestFacts request, TriedAccounts tried, DateTimeOffset now, PoolOptions options, Epoch epoch, CachedPrompt? cached = null)
    {
        (_request, _model, _tried, _now, _options, _cached) = (request, request.Model, tried, now, options, cached);
        (_best, _dueGroup) = (int.MaxValue, int.MaxValue);
        Candidates = CandidateList.Rent();
        var surveyor = set.Surveyor;
        var survey = tried.IsEmpty ? surveyor.SurveyAt(now, epoch, options.Recovery.ProbeInterval) : surveyor.OfNobody;
        Look(survey);
        if (Candidates.Count == 0 && survey != surveyor.OfNobody)
        {
            // Those who rest are of interest after all, and those of worse groups.
            _best = int.MaxValue;
            Look(surveyor.OfNobody);
        }

        if (_avoided > 0)
        {
            LeaveOutAvoided();
        }

        if (_low > 0)
        {
            Candidates.Keep(this, static (self, candidate) => !self.IsLow(candidate) || self.IsCachedBy(candidate));
        }

        if (_recovering > 0)
        {
            LeaveOutRecovering(epoch.Last);
        }
    }

    /// <summary>Those for the balancer to choose among: usable, of the best priority that has any. A choice gives the list back; else
    /// whoever made the selection does.</summary>
    public CandidateList Candidates { get; }

    /// <summary>The priority group they are of; meaningless if there are none.</summary>
    public readonly int Group => _best;

    /// <summary>The account that is to be probed before the end of a long rest, or <see langword="null"/>. Only where others can serve if that fails.</summary>
    public readonly AccountState? Probe => Candidates.Count > 0 && _dueGroup <= _best ? _due : null;

    /// <summary>Whether accounts are usable but have no room.</summary>
    public bool IsFull { get; private set; }

    /// <summary>When the first of those that rest is usable again, or <see langword="null"/>. Meaningless if there are candidates.</summary>
    public DateTimeOffset? RecoversAt { get; private set; }

    /// <summary>Counts the turn of <paramref name="account"/>, if it is recovering.</summary>
    public readonly void TookTurn(AccountState account)
    {
        if (_recovering > 0 && RecoveredShareOf(account) < 1)
        {
            account.Turns.Take();
        }
    }

    private void Look(Survey survey)
    {
        var (taken, isFirst) = (0, _tried.IsEmpty);
        foreach (ref readonly var remarkable in survey.Remarkable.AsSpan())
        {
            Take(survey, ref taken, remarkable.Place);
            if (remarkable.Group > _best)
            {
                continue;
            }

            if (isFirst && remarkable.Account.IsUnremarkable(_now))
            {
                AddIfRoom(remarkable.Account, remarkable.Group);
            }
            else
            {
                Consider(remarkable.Account, remarkable.Group, mayProbe: isFirst && _options.Fallback);
            }
        }

        Take(survey, ref taken, survey.Unremarkable.Length);
        if (survey.HasLimits)
        {
            IsFull |= Candidates.RemoveAll(static candidate => !((AccountState)candidate).HasRoom) > 0;
        }
    }

    private void Take(Survey survey, ref int taken, int end)
    {
        if (taken < end && survey.Group <= _best)
        {
            Prefer(survey.Group);
            Candidates.AddRange(survey.Unremarkable.AsSpan(taken..end));
        }

        taken = end;
    }

    private void Consider(AccountState account, int group, bool mayProbe)
    {
        if (_tried.Contains(account) || !account.Serves(_model) || !account.ServesTools(_request, _now))
        {
            return;
        }

        var standing = account.StandingAt(_now, _model);
        if (standing.Tier != Tier.Usable)
        {
            NoteResting(account, standing, group, mayProbe);
        }
        else if (!standing.IsHalfOpen || !account.IsProbing(_now, _model))
        {
            AddWithReservations(account, group);
        }
    }

    private void NoteResting(AccountState account, Standing standing, int group, bool mayProbe)
    {
        if (standing.Tier != Tier.Unusable && (RecoversAt is not { } earliest || standing.Until < earliest))
        {
            RecoversAt = standing.Until;
        }

        if (mayProbe && standing.Tier == Tier.RateLimited && (_due is null || group < _dueGroup) && account.HasRoom
            && account.IsProbeDue(_now, _model, _options.Recovery.ProbeInterval))
        {
            (_due, _dueGroup) = (account, group);
        }
    }

    private void AddWithReservations(AccountState account, int group)
    {
        if (AddIfRoom(account, group))
        {
            _avoided += _tried.ReluctanceAbout(account);
            _low += account.Allowances.IsLow(_now, _model) ? 1 : 0;
            _recovering += RecoveredShareOf(account) < 1 ? 1 : 0;
        }
    }

    private bool AddIfRoom(AccountState account, int group)
    {
        if (!account.HasRoom)
        {
            IsFull = true;
            return false;
        }

        Prefer(group);
        Candidates.Add(account);
        return true;
    }

    /// <summary>Nobody of a worse group is a candidate from now on.</summary>
    private void Prefer(int group)
    {
        if (group < _best)
        {
            _best = group;
            Candidates.Clear();
            (_avoided, _low, _recovering) = (0, 0, 0);
        }
    }

    private readonly void LeaveOutAvoided()
    {
        var least = int.MaxValue;
        for (var i = 0; i < Candidates.Count; i++)
        {
            least = Math.Min(least, _tried.ReluctanceAbout((AccountState)Candidates[i]));
        }

        Candidates.Keep((Tried: _tried, Least: least), static (given, candidate) => given.Tried.ReluctanceAbout((AccountState)candidate) == given.Least);
    }

    private readonly void LeaveOutRecovering(long turn)
    {
        var weights = 0L;
        for (var i = 0; i < Candidates.Count; i++)
        {
            weights += Candidates[i].Weight;
        }

        Candidates.Keep((Self: this, Turn: turn, Weights: weights, Candidates.Count), static (given, candidate) =>
        {
            // Its due is that of its weight, or that of its place: whichever the balancer goes by.
            var due = Math.Max(1.0 / given.Count, (double)candidate.Weight / given.Weights);
            var share = given.Self.RecoveredShareOf((AccountState)candidate);
            return share >= 1 || ((AccountState)candidate).Turns.MayTake(given.Turn, share * due) || given.Self.IsCachedBy(candidate);
        });
    }

    private readonly bool IsLow(Candidate candidate) => ((AccountState)candidate).Allowances.IsLow(_now, _model);

    private readonly bool IsCachedBy(Candidate candidate) => _cached?.IsReadBy(candidate) == true;

    private readonly double RecoveredShareOf(AccountState account) => account.RecoveredShareAt(_now, _model, _options.Recovery.RampUp);
}
