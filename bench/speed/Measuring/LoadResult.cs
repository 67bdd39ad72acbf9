namespace ClaudeProxy.Speed.Measuring;

/// <summary>What the load generator saw.</summary>
/// <param name="Answered">Answers with every byte as it should be.</param>
/// <param name="Errors">All others.</param>
/// <param name="Reason">What was wrong with the first of them.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="TotalUs">From the request to the answer's last byte.</param>
/// <param name="FirstByteUs">From the request to the first byte of the answer's body.</param>
/// <param name="EventUs">From the upstream's sending a piece of a stream to its arrival.</param>
internal sealed record LoadResult(long Answered, long Errors, string Reason, double Seconds, Spread TotalUs, Spread FirstByteUs, Spread EventUs);
