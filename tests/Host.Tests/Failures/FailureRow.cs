using ClaudeProxy.Abstractions;

namespace ClaudeProxy.Tests.Failures;

/// <summary>One row of the table: an example, and what it promises.</summary>
/// <param name="Name">The failure's name.</param>
/// <param name="Example">How an upstream fails.</param>
/// <param name="Actions">What the proxy does, in order: more than one if it repeats the attempt; none if the answer is no failure.</param>
/// <param name="Penalty">What rests, such as <c>CoolDown Account</c>; empty for nobody. Further spans are for people.</param>
/// <param name="Time">For how long.</param>
/// <param name="ClientSees">In words.</param>
/// <param name="IsOfRelay">Whether the rules for relays decide.</param>
internal sealed record FailureRow(
    string Name, FailureExample Example, string[] Actions, string[] Penalty, string[] Time, string ClientSees, bool IsOfRelay)
{
    /// <summary>The policy that decides, as the configuration names it.</summary>
    public string Policy => IsOfRelay ? "middleware" : "built_in";

    /// <summary>What rests, or <see langword="null"/> for nobody.</summary>
    public Scope? Scope => Penalty.Length == 0 ? null : Enum.Parse<Scope>(Penalty[0].Split(' ')[1]);

    /// <summary>In which way it rests.</summary>
    public PenaltyKind? Kind => Penalty.Length == 0 ? null : Enum.Parse<PenaltyKind>(Penalty[0].Split(' ')[0]);

    /// <summary>For how long it rests; zero for nobody.</summary>
    public TimeSpan Duration => Time.Length > 0 && DurationText.TryParse(Time[0], out var duration) ? duration : TimeSpan.Zero;

    /// <summary>Whether another account's answer reaches the client, and not this one.</summary>
    public bool IsHidden => ClientSees == "the next account's answer";

    /// <summary>Whether the row says which answer the client sees.</summary>
    public bool IsVisible => IsHidden || ClientSees == "this answer";

    /// <summary>The decisions that the row promises, in order.</summary>
    public FailoverDecision[] Decisions => [.. Actions.Select(DecisionOf)];

    private FailoverDecision DecisionOf(string action)
    {
        var words = action.Split(' ');
        var decision = words[0] switch
        {
            nameof(FailoverAction.Respond) => FailoverDecision.Respond(),
            nameof(FailoverAction.NextAccount) => FailoverDecision.NextAccount(),
            nameof(FailoverAction.SameAccount) when DurationText.TryParse(words[1], out var after) => FailoverDecision.SameAccount(after),
            _ => throw new FormatException($"{Name}: '{action}' is no action."),
        };
        return (action == Actions[^1] ? Kind : null) switch
        {
            PenaltyKind.RateLimit => decision.RateLimit(Scope!.Value, Duration),
            PenaltyKind.CoolDown => decision.CoolDown(Scope!.Value, Duration),
            _ => decision,
        };
    }

    /// <inheritdoc />
    public override string ToString() => Name;
}
