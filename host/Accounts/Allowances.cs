namespace ClaudeProxy.Accounts;

/// <summary>What is left of the limits of a workspace, or of an account that has named none: for each class of models, and for all. Thread-safe.</summary>
/// <remarks>Accounts of one workspace share it, as they share the limits. Without a lock or a look-up until an answer has named a limit.</remarks>
internal sealed class Allowances(Epoch epoch)
{
    /// <summary>Most classes of models that are kept; each has been named by an answer, so there are few.</summary>
    private const int Most = 32;

    private readonly Lock _lock = new();
    private volatile Entry[] _ofModels = [];
    private volatile Allowance? _ofAll;

    /// <summary>The workspace whose limits they are, or <see langword="null"/> if the account has named none.</summary>
    public string? Workspace { get; set; }

    /// <summary>Whether little is left for no model, as far as is known.</summary>
    public bool ArePlenty(DateTimeOffset now)
    {
        foreach (var entry in _ofModels)
        {
            if (entry.Allowance.IsLow(now))
            {
                return false;
            }
        }

        return _ofAll?.IsLow(now) != true;
    }

    /// <summary>The smallest share that is left of any limit, 0 to 1; 1 if none is known.</summary>
    public double Share
    {
        get
        {
            var (least, now) = (_ofAll?.ShareAt(epoch.Now) ?? 1, epoch.Now);
            foreach (var entry in _ofModels)
            {
                least = Math.Min(least, entry.Allowance.ShareAt(now));
            }

            return least;
        }
    }

    /// <summary>What requests for <paramref name="model"/> count against; <see langword="null"/> if nothing is known of it.</summary>
    public Allowance? Find(string? model)
    {
        var entries = _ofModels;
        return entries.Length == 0 ? null : Find(entries, ModelsOf(model));
    }

    /// <summary>Where they leave an account for <paramref name="model"/>.</summary>
    public Standing StandingAt(DateTimeOffset now, string? model)
    {
        var standing = _ofAll?.StandingAt(now) ?? Standing.Usable;
        return Find(model) is { } ofModel ? standing.And(ofModel.StandingAt(now)) : standing;
    }

    /// <summary>Whether little is left for <paramref name="model"/>.</summary>
    public bool IsLow(DateTimeOffset now, string? model) => _ofAll?.IsLow(now) == true || Find(model)?.IsLow(now) == true;

    /// <summary>Takes over what the answer to the attempt of <paramref name="lease"/> says.</summary>
    public void Note(RateLimits limits, Lease lease, double lowWater)
    {
        var now = epoch.Now;
        var ofAll = Windows(limits, ofAll: true, now);
        if (ofAll.Length > 0)
        {
            OfAll().Note(RateLimits.None, ofAll, mark: null, now, lowWater);
        }

        var ofModel = Windows(limits, ofAll: false, now);
        if ((ofModel.Length > 0 || (limits.Requests ?? limits.Tokens ?? limits.InputTokens ?? limits.OutputTokens) is not null) && Get(ModelsOf(lease.Model)) is { } allowance)
        {
            allowance.Note(limits, ofModel, lease.MarkIn(allowance), now, lowWater);
        }
    }

    /// <summary>What is left of each limit that is known.</summary>
    public IEnumerable<LimitStanding> StandingsAt(DateTimeOffset now) =>
        (_ofAll?.StandingsAt(now, models: null) ?? []).Concat(_ofModels.SelectMany(entry => entry.Allowance.StandingsAt(now, entry.Models.Name)));

    /// <summary>Those of an account of which nothing is known: its credential was replaced.</summary>
    public Allowances Anew() => new(epoch);

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        (_ofModels, _ofAll) = ([], null);
        epoch.Changed();
    }

    private static UsageWindow[] Windows(RateLimits limits, bool ofAll, DateTimeOffset now) =>
        limits.UnifiedWindows.Count == 0 ? [] : [.. WindowsOf(limits, ofAll, now)];

    private static IEnumerable<UsageWindow> WindowsOf(RateLimits limits, bool ofAll, DateTimeOffset now) =>
        limits.UnifiedWindows.Where(said => UsageWindow.IsForEveryModel(said) == ofAll)
            .Select(said => UsageWindow.Of(said, limits.UnifiedStatus, now)).OfType<UsageWindow>();

    private static ModelClass ModelsOf(string? model) => ModelClass.Of(model ?? "");

    private static Allowance? Find(Entry[] entries, ModelClass models)
    {
        foreach (var entry in entries)
        {
            if (entry.Models.Name == models.Name)
            {
                return entry.Allowance;
            }
        }

        return null;
    }

    private Allowance OfAll()
    {
        lock (_lock)
        {
            return _ofAll ??= new Allowance(epoch);
        }
    }

    private Allowance? Get(ModelClass models)
    {
        if (Find(_ofModels, models) is { } known)
        {
            return known;
        }

        lock (_lock)
        {
            if (Find(_ofModels, models) is { } other)
            {
                return other;
            }

            if (_ofModels.Length >= Most)
            {
                return null;
            }

            var allowance = new Allowance(epoch);
            _ofModels = [.. _ofModels, new Entry(models, allowance)];
            return allowance;
        }
    }

    private sealed record Entry(ModelClass Models, Allowance Allowance);
}
