using System.Buffers;
using ClaudeProxy.Configuration;

namespace ClaudeProxy.Forwarding;

/// <summary>Reads as much of an answer as it takes to tell whether it serves its request. Thread-safe.</summary>
internal sealed class AnswerJudge(TimeoutOptions timeouts, FailoverOptions failover, TimeProvider timeProvider)
{
    private const int ReadSize = 4096;

    /// <summary>Most of an answer that is read before it is passed on: an error body, a short answer, or a stream up to its first event.</summary>
    private readonly int _mostReadAhead = (int)failover.Gate;

    /// <summary>An error body comes at once, or its head must do.</summary>
    private static readonly TimeSpan s_errorBody = TimeSpan.FromSeconds(10);

    /// <summary>What a policy must judge, or <see langword="null"/> if the answer serves the request. What was read is kept in it.</summary>
    /// <exception cref="MalformedAnswerException">The answer contradicts itself, or ended before it began.</exception>
    public async ValueTask<AttemptOutcome?> JudgeAsync(UpstreamAnswer answer)
    {
        if (answer.Head.Contradiction is { } contradiction)
        {
            throw new MalformedAnswerException(contradiction);
        }

        if (answer.Status >= 400)
        {
            await ReadErrorAsync(answer).ConfigureAwait(false);
            var content = ContentCoding.Decode(answer.Head.ContentCoding, answer.AlreadyRead, _mostReadAhead);
            return OutcomeOf(answer, FailureKind.None, answer.Status, ApiErrorBody.Read(content.Span));
        }

        if (answer.Events is null)
        {
            return answer is { Status: 200, Head.IsJson: true } ? await JudgeWholeAsync(answer).ConfigureAwait(false) : null;
        }

        await ReadAheadAsync(answer).ConfigureAwait(false);
        if (answer is { IsComplete: true, Events.HasEvent: false })
        {
            throw new MalformedAnswerException("the stream ended before its first event");
        }

        if (!answer.Events.BeganWithError)
        {
            return null;
        }

        var error = ApiErrorBody.ReadEvent(answer.AlreadyRead.Span);
        return OutcomeOf(answer, FailureKind.ErrorEvent, ErrorTypes.StatusOf(error.Type), error);
    }

    /// <summary>A 200 in one piece may turn out to be an error, or be cut: while it is short enough to be read before it is passed on, both fail over.</summary>
    private async ValueTask<AttemptOutcome?> JudgeWholeAsync(UpstreamAnswer answer)
    {
        await ReadAheadAsync(answer).ConfigureAwait(false);
        var beginning = ContentCoding.Decode(answer.Head.ContentCoding, answer.AlreadyRead, ApiErrorBody.Beginning);
        if (!ApiErrorBody.MayBegin(beginning.Span))
        {
            return null;
        }

        var error = ApiErrorBody.Read(ContentCoding.Decode(answer.Head.ContentCoding, answer.AlreadyRead, _mostReadAhead).Span);
        return error.Type is null ? null : OutcomeOf(answer, FailureKind.ErrorEvent, ErrorTypes.StatusOf(error.Type), error);
    }

    private static AttemptOutcome OutcomeOf(UpstreamAnswer answer, FailureKind failure, int status, ApiErrorBody error) =>
        AnswerOutcome.Of(answer.Head, failure, status, error);

    private async Task ReadErrorAsync(UpstreamAnswer answer)
    {
        answer.Clock.Arm(s_errorBody);
        var read = new ArrayBufferWriter<byte>();
        while (read.WrittenCount < _mostReadAhead)
        {
            int count;
            try
            {
                count = await answer.Body.ReadAsync(read.GetMemory(ReadSize), answer.Clock.Token).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is IOException || (exception is OperationCanceledException && answer.Clock.HasExpired))
            {
                // The status is known and says enough; relaying the rest would fail again, and then it shows.
                break;
            }

            if (count == 0)
            {
                answer.IsComplete = true;
                break;
            }

            read.Advance(count);
        }

        // It may be kept until the accounts after this one have been tried.
        answer.Clock.Disarm();
        answer.AlreadyRead = read.WrittenMemory;
    }

    /// <summary>Reads to the end of the body or, of a stream, to its first event; but no further, and no longer, than the gate allows.</summary>
    private async ValueTask ReadAheadAsync(UpstreamAnswer answer)
    {
        // One byte more, so that the end is found without growing.
        var expected = answer.Head.ContentLength + 1 ?? ReadSize;
        var read = new ArrayBufferWriter<byte>((int)Math.Clamp(expected, 1, _mostReadAhead));
        long? firstByteAt = null;
        while (answer.Events is not { HasEvent: true } && read.WrittenCount < _mostReadAhead && await MayReadOnAsync(answer, firstByteAt).ConfigureAwait(false))
        {
            var memory = read.GetMemory();
            var count = await answer.Body.ReadAsync(memory, answer.Clock.Token).ConfigureAwait(false);
            if (count == 0)
            {
                answer.IsComplete = true;
                break;
            }

            answer.Events?.Feed(memory.Span[..count]);
            read.Advance(count);
            firstByteAt ??= timeProvider.GetTimestamp();
            answer.Clock.Arm(timeouts.Idle);
        }

        answer.AlreadyRead = read.WrittenMemory;
    }

    /// <summary>Whether more came in time. For the first byte there is time until the answer is due.</summary>
    private ValueTask<bool> MayReadOnAsync(UpstreamAnswer answer, long? firstByteAt)
    {
        var left = firstByteAt is { } since ? timeouts.Gate - timeProvider.GetElapsedTime(since) : timeouts.Gate;
        return firstByteAt is null ? ValueTask.FromResult(true)
            : left <= TimeSpan.Zero ? ValueTask.FromResult(false)
            : answer.WaitForMoreAsync(left, timeProvider);
    }
}
