namespace ClaudeProxy.Abstractions;

/// <summary>How an attempt failed apart from its status.</summary>
public enum FailureKind
{
    /// <summary>It did not: the upstream answered with a status.</summary>
    None,

    /// <summary>No connection: refused, unreachable, name not found, or not made within the connect timeout. Nothing was sent.</summary>
    Connect,

    /// <summary>The TLS handshake failed. Nothing was sent.</summary>
    Tls,

    /// <summary>The request was sent, and no answer began within the first-byte timeout; or the upstream stopped taking it.</summary>
    Timeout,

    /// <summary>The connection was lost before an answer began.</summary>
    Reset,

    /// <summary>The answer's head was not valid HTTP, or contradicted itself.</summary>
    Malformed,

    /// <summary>The answer was a 200 whose first event was an error; <see cref="AttemptOutcome.Status"/> is the status of that error's type.</summary>
    ErrorEvent,

    /// <summary>The answer broke off or stalled after it had begun to reach the client. Nothing can fail over any more: of the decision only
    /// what must rest counts. <see cref="AttemptOutcome.ConsecutiveFailures"/> then counts answers cut before, in a row.</summary>
    Cut,
}
