namespace ClaudeProxy.Day.Plan;

/// <summary>One request of a conversation, and its answer.</summary>
/// <param name="Before">From the end of the answer before, while tools run.</param>
/// <param name="Asked">What is added to the prompt: the tokens of each block.</param>
/// <param name="Answered">What the answer adds: the tokens of each block.</param>
/// <param name="FirstByte">From the request to the beginning of the answer.</param>
internal sealed record Turn(TimeSpan Before, IReadOnlyList<int> Asked, IReadOnlyList<int> Answered, TimeSpan FirstByte)
{
    private const int TokensPerSecond = 80;

    /// <summary>Tokens of the answer.</summary>
    public int Output => Answered.Sum();

    /// <summary>From the beginning of the answer to its end.</summary>
    public TimeSpan Rest => TimeSpan.FromMilliseconds(Output * 1000 / TokensPerSecond);

    /// <summary>What it takes if nobody has to wait.</summary>
    public TimeSpan Duration => Before + FirstByte + Rest;
}
