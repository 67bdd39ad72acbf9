namespace ClaudeProxy.Chaos.Faults;

/// <summary>What is wrong with an upstream, or with one of its accounts.</summary>
internal enum FaultKind
{
    /// <summary>Nobody listens, and what was connected is reset.</summary>
    Refused,

    /// <summary>The connection is reset when the request has come.</summary>
    ResetBeforeHead,

    /// <summary>The connection is reset after the head of the answer.</summary>
    ResetAfterHead,

    /// <summary>No answer at all.</summary>
    Hang,

    /// <summary>The head of an answer, and then nothing.</summary>
    SilentAfterHead,

    /// <summary>429 with a <c>retry-after</c>.</summary>
    RateLimited,

    /// <summary>429 without any header.</summary>
    Throttled,

    /// <summary>429 of a subscription whose window is used up.</summary>
    WindowRejected,

    /// <summary>500 <c>api_error</c>.</summary>
    ServerError,

    /// <summary>502 with a page in HTML.</summary>
    BadGateway,

    /// <summary>503 without a body.</summary>
    Unavailable,

    /// <summary>529 <c>overloaded_error</c>.</summary>
    Overloaded,

    /// <summary>A 200 stream whose first event is <c>overloaded_error</c>; 529 for a request without stream.</summary>
    OverloadedFirstEvent,

    /// <summary>The connection is reset in the middle of the answer.</summary>
    CutMidway,

    /// <summary>A stream ends in the middle as if that were its end; without stream, the connection is closed too early.</summary>
    EndsEarly,

    /// <summary>Silence in the middle of the answer.</summary>
    Stall,

    /// <summary>Bytes that are no HTTP.</summary>
    Garbage,

    /// <summary>An answer that begins late. It is complete, so it is no fault.</summary>
    Slow,

    /// <summary>401: the key is not known.</summary>
    Unauthorized,

    /// <summary>403: the key may not.</summary>
    Forbidden,
}
