namespace ClaudeProxy.Explain;

/// <summary>Why an account was not picked for an attempt. The first that applies, in this order.</summary>
internal enum Skipped
{
    /// <summary>This request has tried it, or could not reach its upstream.</summary>
    Tried,

    /// <summary>It does not serve the model.</summary>
    ModelNotAllowed,

    /// <summary>It is switched off: by hand, by its source, or because its balance is used up.</summary>
    SwitchedOff,

    /// <summary>It rests because it is out of quota.</summary>
    RateLimited,

    /// <summary>It rests because it failed.</summary>
    CoolingDown,

    /// <summary>It comes back from a rest, and another request is probing it.</summary>
    Probing,

    /// <summary>It has as many requests as it may have at once.</summary>
    NoRoom,

    /// <summary>It is usable, but comes after the one that was picked.</summary>
    LowerPriority,

    /// <summary>It is usable, but little is left of its limits.</summary>
    NearLimit,

    /// <summary>It is usable, but comes back from a rest and gets a part of its share only.</summary>
    Recovering,

    /// <summary>It was as good as the one that was picked; the algorithm chose.</summary>
    NotChosen,
}
