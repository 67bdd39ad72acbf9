namespace ClaudeProxy.Accounts;

/// <summary>Why an attempt gets no account.</summary>
internal enum LeaseRefusal
{
    /// <summary>Nobody may serve it now, or nobody is left to try.</summary>
    NobodyUsable,

    /// <summary>Every usable account is busy: the request waits. The pool's own word; nobody else sees it.</summary>
    Busy,

    /// <summary>Every usable account is busy, and too many requests are waiting already.</summary>
    QueueFull,

    /// <summary>Every usable account was busy for as long as the request may wait.</summary>
    QueueTimeout,
}
