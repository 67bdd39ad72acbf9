namespace ClaudeProxy.Day.Plan;

/// <summary>How an exchange stands to the one before.</summary>
internal enum Beginning
{
    /// <summary>The conversation goes on.</summary>
    Continued,

    /// <summary>A new conversation.</summary>
    New,

    /// <summary>The conversation has grown too long: it is summed up, and goes on with the summary.</summary>
    Compacted,
}
