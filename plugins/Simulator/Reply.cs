namespace ClaudeProxy.Plugins.Simulator;

/// <summary>An answer before it takes its form: what it says, in how many parts, and what it costs.</summary>
internal sealed record Reply
{
    private const int ExcerptLength = 80;

    private static readonly string[] s_filler =
        "No model has thought about this; the words go on so that you can watch them come one by one.".Split(' ');

    /// <summary>As in <c>id</c>.</summary>
    public required string MessageId { get; init; }

    /// <summary>The model that was asked for.</summary>
    public required string Model { get; init; }

    /// <summary>The text, in the parts in which a stream brings it.</summary>
    public required IReadOnlyList<string> Parts { get; init; }

    /// <summary>What the prompt costs.</summary>
    public required PromptUsage Usage { get; init; }

    /// <summary>Tokens of the output: one for each word.</summary>
    public required int OutputTokens { get; init; }

    /// <summary><c>end_turn</c>, or <c>max_tokens</c> if the request allows fewer words.</summary>
    public required string StopReason { get; init; }

    /// <summary>Answers <paramref name="request"/> in the name of <paramref name="account"/>.</summary>
    /// <param name="request">The question.</param>
    /// <param name="usage">What its prompt costs.</param>
    /// <param name="account">Who answers.</param>
    /// <param name="messageId">The answer's id.</param>
    /// <param name="parts">How many parts the text has; fewer if the request allows fewer words.</param>
    /// <param name="extraBytes">How many dots the last part ends with.</param>
    public static Reply To(MessageRequest request, PromptUsage usage, string account, string messageId, int parts, int extraBytes)
    {
        var words = Words(request.Question, account, parts);
        var said = words.Take(request.MaxTokens).ToArray();
        var last = string.Concat(said.Skip(parts - 1)) + new string('.', extraBytes);
        return new Reply
        {
            MessageId = messageId,
            Model = request.Model,
            Parts = [.. said.Take(parts - 1).Append(last).Where(part => part.Length > 0)],
            Usage = usage,
            OutputTokens = said.Length,
            StopReason = said.Length < words.Count ? "max_tokens" : "end_turn",
        };
    }

    private static List<string> Words(string question, string account, int atLeast)
    {
        // By runes: half a character would not survive the way into JSON.
        var excerpt = string.Concat(question.EnumerateRunes().Take(ExcerptLength)).ReplaceLineEndings(" ").Trim();
        var words = $"Hello from {account}, a simulated account. You said: “{excerpt}”.".Split(' ').ToList();
        while (words.Count < atLeast)
        {
            words.AddRange(s_filler);
        }

        return [words[0], .. words.Skip(1).Select(word => " " + word)];
    }
}
