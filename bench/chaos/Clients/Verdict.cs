namespace ClaudeProxy.Chaos.Clients;

/// <summary>What a client got.</summary>
internal enum Verdict
{
    /// <summary>The whole answer, every byte as it should be.</summary>
    Served,

    /// <summary>An error, or nothing, before any of an answer.</summary>
    FailedBefore,

    /// <summary>The head of an answer, and nothing after it.</summary>
    Empty,

    /// <summary>A part of the answer, and then an error event or a broken connection: it knows.</summary>
    Cut,

    /// <summary>A part of the answer that looks like the whole: it does not know.</summary>
    Truncated,

    /// <summary>Bytes that no upstream sent for it.</summary>
    Corrupted,

    /// <summary>A second answer after the begin of the first one.</summary>
    Doubled,
}
