using System.Collections.Concurrent;

namespace ClaudeProxy.Accounts;

/// <summary>The rests of one account for single models, and for classes of models. Thread-safe.</summary>
internal sealed class ModelCooldowns(Epoch epoch)
{
    /// <summary>Most single models that are kept. Clients name them: what they name must neither fill the memory nor bench the account.</summary>
    private const int Most = 64;

    private readonly ConcurrentDictionary<ModelClass, Cooldown> _cooldowns = new();

    // Asked for each account and request, and hardly ever true: cheaper than a look into the dictionary.
    private volatile bool _hasAny;

    /// <summary>Whether none rests, has yet to be confirmed, or is just coming back.</summary>
    public bool AreUntouched => !_hasAny || _cooldowns.All(static entry => entry.Value.IsUntouched);

    /// <summary>All of them, by the name of the model or class.</summary>
    public IEnumerable<KeyValuePair<string, Cooldown>> All => _cooldowns.Select(entry => KeyValuePair.Create(entry.Key.Name, entry.Value));

    /// <summary>The rests for <paramref name="models"/>, begun if there are none; <see langword="null"/> if too many others are resting.</summary>
    public Cooldown? For(ModelClass models, DateTimeOffset now)
    {
        if (_cooldowns.TryGetValue(models, out var known))
        {
            return known;
        }

        if (_cooldowns.Count >= Most)
        {
            DropWhatIsOver(now);
        }

        if (_cooldowns.Count >= Most && !models.IsShared)
        {
            return null;
        }

        _hasAny = true;
        return _cooldowns.GetOrAdd(models, static (_, epoch) => new Cooldown(epoch), epoch);
    }

    /// <summary>The rests that concern <paramref name="model"/>: its own and those of its class; <see langword="null"/> for what there is not.</summary>
    public (Cooldown? OfModel, Cooldown? OfClass) Find(string? model)
    {
        if (!_hasAny || model is null)
        {
            return default;
        }

        var models = ModelClass.Of(model);
        return (_cooldowns.GetValueOrDefault(ModelClass.Only(model)), models.IsShared ? _cooldowns.GetValueOrDefault(models) : null);
    }

    /// <summary>Where the account stands for <paramref name="model"/>, as far as models are concerned.</summary>
    public Standing StandingAt(DateTimeOffset now, string? model)
    {
        var (ofModel, ofClass) = Find(model);
        var standing = ofModel?.StandingAt(now) ?? Standing.Usable;
        return ofClass is null ? standing : standing.And(ofClass.StandingAt(now));
    }

    /// <summary>Whether a request is probing <paramref name="model"/> or its class, and keeps others out.</summary>
    public bool IsProbing(DateTimeOffset now, string? model)
    {
        var (ofModel, ofClass) = Find(model);
        return (ofModel?.IsProbing(now) ?? false) || (ofClass?.IsProbing(now) ?? false);
    }

    /// <summary>Clears what concerns <paramref name="model"/> and was set before the attempt that began at <paramref name="attemptBegan"/>.
    /// True if something was cleared.</summary>
    public bool Succeed(string? model, long attemptBegan)
    {
        var (ofModel, ofClass) = Find(model);
        return (ofModel?.Succeed(attemptBegan) ?? false) | (ofClass?.Succeed(attemptBegan) ?? false);
    }

    /// <summary>How far the account has come back for <paramref name="model"/> since a rest for it, from nearly 0 to 1.</summary>
    public double RecoveredShareAt(DateTimeOffset now, string? model, TimeSpan rampUp)
    {
        var (ofModel, ofClass) = Find(model);
        return Math.Min(ofModel?.RecoveredShareAt(now, rampUp) ?? 1, ofClass?.RecoveredShareAt(now, rampUp) ?? 1);
    }

    /// <summary>Whether it is time to look whether a long rate limit for <paramref name="model"/> is over early.</summary>
    public bool IsProbeDue(DateTimeOffset now, string? model, TimeSpan interval)
    {
        var (ofModel, ofClass) = Find(model);
        return ofModel?.IsProbeDue(now, interval) == true || ofClass?.IsProbeDue(now, interval) == true;
    }

    /// <summary>Forgets all rests.</summary>
    public void Clear()
    {
        foreach (var cooldown in _cooldowns.Values)
        {
            cooldown.Clear();
        }
    }

    /// <summary>Ends all faults, but leaves them to be confirmed by the next request.</summary>
    public void EndFaults(DateTimeOffset now)
    {
        foreach (var cooldown in _cooldowns.Values)
        {
            cooldown.EndFault(now);
        }
    }

    private void DropWhatIsOver(DateTimeOffset now)
    {
        foreach (var (models, cooldown) in _cooldowns)
        {
            if (cooldown.StandingAt(now).Tier == Tier.Usable)
            {
                _cooldowns.TryRemove(models, out _);
            }
        }
    }
}
