namespace ClaudeProxy.Plugins.Simulator;

/// <summary>One way in which an upstream fails.</summary>
internal abstract record SimulatedFault
{
    private SimulatedFault()
    {
    }

    /// <summary>The only account that it befalls, or <see langword="null"/> for any.</summary>
    public string? Account { get; init; }

    /// <summary>Answers with an error status.</summary>
    /// <param name="Code">The status, 400 to 599.</param>
    /// <param name="Type">The error's type; <see langword="null"/> for the one that the API gives with this status.</param>
    /// <param name="Message">The error's message; <see langword="null"/> for the API's own.</param>
    /// <param name="RetryAfter">The header as it is, or <see langword="null"/> for none.</param>
    /// <param name="ShouldRetry">As in <c>x-should-retry</c>, or <see langword="null"/> for none.</param>
    public sealed record Status(
        int Code, string? Type = null, string? Message = null, string? RetryAfter = null, bool? ShouldRetry = null) : SimulatedFault;

    /// <summary>Resets the connection before any answer.</summary>
    public sealed record Reset : SimulatedFault;

    /// <summary>Never answers.</summary>
    public sealed record Hang : SimulatedFault;

    /// <summary>Resets the connection, then refuses new ones to the whole upstream.</summary>
    /// <param name="Duration">How long.</param>
    public sealed record Refuse(TimeSpan Duration) : SimulatedFault;

    /// <summary>Begins a stream with an error. An answer in one piece gets the status of that error instead.</summary>
    /// <param name="Type">The error's type.</param>
    /// <param name="Message">The error's message; <see langword="null"/> for the API's own.</param>
    public sealed record ErrorEvent(string Type = "overloaded_error", string? Message = null) : SimulatedFault;

    /// <summary>Resets the connection in the middle of the answer.</summary>
    /// <param name="AfterEvents">How many events of a stream come before; half of an answer in one piece.</param>
    public sealed record Cut(int AfterEvents = 4) : SimulatedFault;

    /// <summary>Ends the answer as if it were complete, which it is not.</summary>
    /// <param name="AfterEvents">How many events of a stream come before; half of an answer in one piece.</param>
    public sealed record EndEarly(int AfterEvents = 4) : SimulatedFault;

    /// <summary>Sends nothing but pings, without an end. An answer in one piece never comes.</summary>
    /// <param name="AfterEvents">How many events of a stream come before.</param>
    public sealed record PingsOnly(int AfterEvents = 0) : SimulatedFault;

    /// <summary>Answers with a text that is much too long, in one event if it is a stream.</summary>
    /// <param name="Bytes">Its length.</param>
    public sealed record Oversized(int Bytes = 16 * 1024 * 1024) : SimulatedFault;
}
