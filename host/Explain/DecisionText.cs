using System.Globalization;
using ClaudeProxy.Policies;
using ClaudeProxy.Telemetry;

namespace ClaudeProxy.Explain;

/// <summary>Writes a decision record in sentences for people.</summary>
internal static class DecisionText
{
    /// <summary>What the request was, such as <c>req_1 at 12:00:01, POST /v1/messages, claude-sonnet-4-5, stream, 49 KB</c>.</summary>
    public static string TitleOf(DecisionReport report) => string.Join(
        ", ",
        ((string?[])
        [
            $"{report.RequestId} at {TimeOf(report.At)}",
            $"{report.Method} {report.Path}",
            report.Model,
            report.Streaming ? "stream" : null,
            string.Create(CultureInfo.InvariantCulture, $"{report.BodyBytes / 1000.0:0.#} KB"),
            report.Client is null ? null : $"client {report.Client}",
            report.Session is null ? null : $"session {report.Session}",
        ]).OfType<string>());

    /// <summary>The steps and the end. The rows without a time belong to the one above.</summary>
    public static IEnumerable<(double? AfterMs, string What, string Why)> RowsOf(DecisionReport report)
    {
        foreach (var row in report.Steps.SelectMany(RowsOf))
        {
            yield return row;
        }

        if (report.StepsLeftOut > 0)
        {
            yield return (null, $"and {report.StepsLeftOut} more steps", "");
        }

        yield return report.End is { } end ? (end.AfterMs, Over(end), EndOf(end)) : (null, "in flight", "");
    }

    /// <summary>A time of day in the zone of whoever looks; with its date, for rests last for days.</summary>
    public static string TimeOf(DateTimeOffset time) => time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static IEnumerable<(double?, string, string)> RowsOf(DecisionStep step)
    {
        switch (step)
        {
            case PickStep pick:
                yield return (pick.AfterMs, $"picked {pick.Account}", ReasonOf(pick));
                foreach (var other in pick.Others)
                {
                    yield return (null, $"  not {other.Account}", ReasonOf(other));
                }

                break;
            case AttemptStep attempt:
                yield return (attempt.AfterMs, $"{attempt.Account} did not serve it", AttemptOutcomeText.Write(attempt.Outcome));
                yield return (null, "", attempt.Decision);
                foreach (var rest in attempt.Rests)
                {
                    yield return (null, "", $"{rest.Whom} rests until {TimeOf(rest.Until)}");
                }

                break;
            case NoteStep note:
                yield return (note.AfterMs, note.Text, "");
                foreach (var candidate in note.Candidates)
                {
                    yield return (null, $"  not {candidate.Account}", ReasonOf(candidate));
                }

                break;
        }
    }

    private static string ReasonOf(PickStep pick) => pick.Usable switch
    {
        0 when pick.IsLastResort => "nobody is usable, and it recovers first: a last resort",
        0 => "it had room first, after a wait in the queue",
        1 => $"the only usable one of {pick.Accounts}",
        _ => $"chosen by {pick.By} among {pick.Usable} usable of {pick.Accounts}",
    };

    private static string ReasonOf(CandidateNote note)
    {
        var reason = note.Why switch
        {
            Skipped.Tried => "tried already, or its upstream could not be reached",
            Skipped.ModelNotAllowed => "does not serve the model",
            Skipped.SwitchedOff => "switched off",
            Skipped.RateLimited => "out of quota",
            Skipped.CoolingDown => "cooling down",
            Skipped.Probing => "coming back from a rest, and taken by another request",
            Skipped.NoRoom => "no room",
            Skipped.NearLimit => "little left of its limits, spared for later",
            Skipped.Recovering => "coming back from a rest step by step",
            Skipped.LowerPriority => "usable, of lower priority",
            _ => "usable, not chosen",
        };
        return $"{reason}{(note.Until is { } until ? $" until {TimeOf(until)}" : "")}{(note.Detail is { } detail ? $": {detail}" : "")}";
    }

    private static string Over(DecisionEnd end) => end switch
    {
        { Ending: Ending.ClientLeft } => "the client left",
        { Error: not null } => "refused",
        { Ending: not Ending.Complete } => $"cut off ({end.Ending})",
        _ => $"answered by {end.Account}",
    };

    private static string EndOf(DecisionEnd end) => end.Error is { } error
        ? $"{end.Status}: {error}"
        : string.Create(CultureInfo.InvariantCulture, $"{end.Status}, first byte after {end.FirstByteMs ?? 0:0} ms, attempts {end.Attempts}{TokensOf(end)}");

    private static string TokensOf(DecisionEnd end) => end.InputTokens + end.OutputTokens + end.CacheReadTokens + end.CacheWriteTokens == 0
        ? ""
        : string.Create(
            CultureInfo.InvariantCulture,
            $", tokens {end.InputTokens} in {end.OutputTokens} out, cache {end.CacheReadTokens} read {end.CacheWriteTokens} written");
}
