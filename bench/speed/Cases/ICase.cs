namespace ClaudeProxy.Speed.Cases;

/// <summary>One kind of load. Stateless.</summary>
internal interface ICase
{
    /// <summary>The letter that options and table have for it.</summary>
    char Letter { get; }

    /// <summary>What the load is.</summary>
    string Title { get; }

    /// <summary>Whether the way straight to the upstream is measured too, for what candidates add to its delays.</summary>
    bool HasDirect => false;

    /// <summary>Measures a candidate, or <see cref="Workbench.Direct"/>, once.</summary>
    Task<Measurement> MeasureAsync(Workbench workbench, string candidate, CancellationToken cancellationToken);
}
