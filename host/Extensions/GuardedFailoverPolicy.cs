using ClaudeProxy.Policies;
using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Extensions;

/// <summary>A failover policy that can be trusted: whatever the one inside does, every outcome gets its decision in time.</summary>
/// <remarks>Where the policy inside throws, the built-in rules decide; one that overruns is set aside at once. Thread-safe.</remarks>
internal sealed class GuardedFailoverPolicy(string name, IFailoverPolicy inner, CallWatchdog watchdog, ILogger logger)
    : ExtensionGuard<AttemptOutcome, FailoverDecision>("Policy", name, inner, inner is BuiltInFailoverPolicy or MiddlewareFailoverPolicy, watchdog, logger)
{
    /// <inheritdoc />
    protected override int ToleratedFailures => int.MaxValue;

    /// <inheritdoc />
    protected override int ToleratedOverruns => 1;

    /// <summary>Decides on <paramref name="outcome"/>.</summary>
    public ValueTask<FailoverDecision> DecideAsync(AttemptOutcome outcome) => AskAsync(outcome);

    /// <inheritdoc />
    public override FailoverDecision CallExtension(AttemptOutcome arguments) => inner.Decide(arguments);

    /// <inheritdoc />
    public override FailoverDecision ChooseBuiltIn(AttemptOutcome arguments) =>
        inner is BuiltInFailoverPolicy or MiddlewareFailoverPolicy ? inner.Decide(arguments)
        : arguments.ViaRelay ? MiddlewareFailoverPolicy.Instance.Decide(arguments)
        : BuiltInFailoverPolicy.Instance.Decide(arguments);

    /// <inheritdoc />
    protected override string? FaultIn(AttemptOutcome arguments, FailoverDecision answer) =>
        answer is null ? "returned no decision" : null;
}
