namespace ClaudeProxy.Accounts;

/// <summary>How good a choice an account is now; balancers see only the best non-empty tier.</summary>
internal enum Tier
{
    /// <summary>May be used.</summary>
    Usable = 1,

    /// <summary>Only out of quota; a last resort, earliest to recover first.</summary>
    RateLimited = 2,

    /// <summary>Cooling down for another reason; a last resort after the rate-limited ones.</summary>
    CoolingDown = 3,

    /// <summary>Must not be used at all: switched off by its source, or its balance is used up.</summary>
    Unusable = 4,
}
