namespace ClaudeProxy.Abstractions;

/// <summary>In which tier something rests. Both are a last resort; rate-limited accounts come before those that cool down.</summary>
public enum PenaltyKind
{
    /// <summary>Tier 2: out of quota until a known time. The duration is taken as it is.</summary>
    RateLimit,

    /// <summary>Tier 3: at fault. The duration doubles with each failure in a row, to at most 10 minutes, or to the duration
    /// itself where that is longer.</summary>
    CoolDown,
}
