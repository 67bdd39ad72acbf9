namespace ClaudeProxy.Chaos.Clients;

/// <summary>Checks every byte of an answer against what the upstream of that request would send.</summary>
internal static class Judge
{
    /// <summary>The verdict on a stream.</summary>
    /// <param name="text">What came.</param>
    /// <param name="endedWell">Whether the connection says that this was all.</param>
    /// <param name="request">The request's number.</param>
    /// <param name="bodyHash">The hash of its body.</param>
    public static Verdict OnStream(string text, bool endedWell, string request, string bodyHash)
    {
        var stream = Answers.WithoutKeepAlives(text);
        var errorAt = stream.IndexOf("event: error\n", StringComparison.Ordinal);
        var answer = errorAt < 0 ? stream : stream[..errorAt].TrimEnd('\n');
        if (answer.Length == 0)
        {
            return errorAt < 0 ? Verdict.Empty : Verdict.FailedBefore;
        }

        var whole = Answers.AttemptIn(answer, request) is { } attempt ? Answers.Stream(request, attempt, bodyHash) : "";
        return answer == whole ? Verdict.Served
            : whole.StartsWith(answer, StringComparison.Ordinal) ? (errorAt >= 0 || !endedWell ? Verdict.Cut : Verdict.Truncated)
            : answer.LastIndexOf("event: message_start", StringComparison.Ordinal) > 0 ? Verdict.Doubled
            : Verdict.Corrupted;
    }

    /// <summary>The verdict on a message.</summary>
    public static Verdict OnMessage(string text, bool endedWell, string request, string bodyHash)
    {
        if (!endedWell || text.Length == 0)
        {
            return text.Length == 0 ? Verdict.Empty : Verdict.Cut;
        }

        var whole = Answers.AttemptIn(text, request) is { } attempt ? Answers.Message(request, attempt, bodyHash) : "";
        return text == whole ? Verdict.Served
            : text.StartsWith("{\"type\":\"error\"", StringComparison.Ordinal) ? Verdict.FailedBefore
            : whole.StartsWith(text, StringComparison.Ordinal) ? Verdict.Truncated
            : Verdict.Corrupted;
    }
}
