using System.Collections.Concurrent;
using System.IO.Enumeration;

namespace ClaudeProxy.Accounts;

/// <summary>An account and all that has been learnt of it; what balancers see as a <see cref="Candidate"/>. Thread-safe.</summary>
/// <remarks>Lives beside the generations: a reload that keeps the account's id keeps its state.</remarks>
internal sealed class AccountState : Candidate
{
    /// <summary>Most models with rests of their own; beyond it the account rests as a whole.</summary>
    private const int MostModels = 64;

    private readonly Epoch _epoch;
    private readonly ConcurrentDictionary<string, Cooldown> _models = new(StringComparer.Ordinal);
    private volatile Account _account;
    private volatile UpstreamState _upstream;
    private volatile string? _switchedOff;
    private int _inFlight;
    private long _lastUsedTicks;

    public AccountState(Account account, UpstreamState upstream, Epoch epoch)
        : base(account.Id)
    {
        (_account, _upstream, _epoch) = (account, upstream, epoch);
        Cooldown = new Cooldown(epoch);
        Record = new AccountRecord(epoch);
    }

    /// <summary>What the operator or source says of it now.</summary>
    public Account Account => _account;

    /// <summary>The upstream it stands behind.</summary>
    public UpstreamState Upstream => _upstream;

    /// <summary>Its rests as a whole.</summary>
    public Cooldown Cooldown { get; }

    /// <summary>Its rests for single models, by model.</summary>
    public IEnumerable<KeyValuePair<string, Cooldown>> ModelCooldowns => _models;

    /// <summary>What it has done so far.</summary>
    public AccountRecord Record { get; }

    /// <summary>Why it must not be used, or <see langword="null"/>: set by a balance check.</summary>
    public string? SwitchedOff
    {
        get => _switchedOff;
        set => _switchedOff = value;
    }

    /// <inheritdoc />
    public override int Weight => _account.Weight;

    /// <inheritdoc />
    public override int InFlight => Volatile.Read(ref _inFlight);

    /// <inheritdoc />
    public override DateTimeOffset? LastUsed
    {
        get
        {
            var own = Volatile.Read(ref _lastUsedTicks);
            var observed = _account.Observed.LastUsed;
            return own == 0 ? observed : observed?.UtcTicks > own ? observed : new DateTimeOffset(own, TimeSpan.Zero);
        }
    }

    /// <inheritdoc />
    public override TimeSpan? TimeToFirstByte => Record.TimeToFirstByte;

    /// <inheritdoc />
    public override double Headroom => Record.Headroom;

    /// <inheritdoc />
    public override IReadOnlyDictionary<string, string> Labels => _account.Labels;

    /// <summary>Takes over what the operator or source says now.</summary>
    public void Update(Account account, UpstreamState upstream)
    {
        var isMended = account.Credential != _account.Credential || account.Upstream != _account.Upstream || upstream != _upstream;
        (_account, _upstream) = (account, upstream);
        if (!isMended)
        {
            return;
        }

        // What failed may have been the credential or the address: the next request finds out, not the end of the rest.
        foreach (var cooldown in _models.Values.Prepend(Cooldown))
        {
            cooldown.EndFault(DateTimeOffset.MinValue);
        }
    }

    /// <summary>Where it stands for <paramref name="model"/>.</summary>
    public Standing StandingAt(DateTimeOffset now, string? model)
    {
        if (_switchedOff is not null)
        {
            return new Standing(Tier.Unusable, DateTimeOffset.MaxValue, false);
        }

        var upstream = _upstream;
        Cooldown.ForgetTransportFault(upstream.RecoveredAt);
        var standing = Observed(now).And(Cooldown.StandingAt(now)).And(upstream.Cooldown.StandingAt(now));
        return model is not null && !_models.IsEmpty && _models.TryGetValue(model, out var ofModel)
            ? standing.And(ofModel.StandingAt(now))
            : standing;
    }

    /// <summary>Whether the operator lets it serve <paramref name="model"/>; a request without a model is served by all.</summary>
    public bool Serves(string? model)
    {
        var patterns = _account.Models;
        if (patterns.Count == 0 || model is null)
        {
            return true;
        }

        foreach (var pattern in patterns)
        {
            if (FileSystemName.MatchesSimpleExpression(pattern, model, ignoreCase: false))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether it may take one more request.</summary>
    public bool HasRoom => _account.MaxConcurrency is not { } most || InFlight < most;

    /// <summary>The rests for <paramref name="model"/>; those of the whole account if there is no model or no room for one more.</summary>
    public Cooldown CooldownFor(string? model) =>
        model is null ? Cooldown
        : _models.TryGetValue(model, out var known) ? known
        : _models.Count >= MostModels ? Cooldown
        : _models.GetOrAdd(model, static (_, epoch) => new Cooldown(epoch), _epoch);

    /// <summary>The rests for <paramref name="model"/>, or <see langword="null"/> if it has none of its own.</summary>
    public Cooldown? FindCooldownFor(string? model) => model is not null && _models.TryGetValue(model, out var found) ? found : null;

    /// <summary>Counts one more request in flight; false if there is no room.</summary>
    public bool TryEnter(DateTimeOffset now)
    {
        var most = _account.MaxConcurrency ?? int.MaxValue;
        if (Interlocked.Increment(ref _inFlight) > most)
        {
            Interlocked.Decrement(ref _inFlight);
            return false;
        }

        Volatile.Write(ref _lastUsedTicks, now.UtcTicks);
        return true;
    }

    /// <summary>Counts one request less.</summary>
    public void Leave() => Interlocked.Decrement(ref _inFlight);

    private Standing Observed(DateTimeOffset now)
    {
        var observed = _account.Observed;
        return observed.UnavailableUntil is { } unavailable && unavailable > now
                ? new Standing(unavailable == DateTimeOffset.MaxValue ? Tier.Unusable : Tier.CoolingDown, unavailable, false)
            : observed.RateLimitedUntil is { } limited && limited > now ? new Standing(Tier.RateLimited, limited, false)
            : Standing.Usable;
    }
}
