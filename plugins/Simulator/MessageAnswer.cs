namespace ClaudeProxy.Plugins.Simulator;

/// <summary>Sends a message at an account's pace, as a stream or in one piece, with what goes wrong on the way.</summary>
internal sealed class MessageAnswer(Exchange exchange, Pace pace, TimeProvider timeProvider)
{
    /// <summary>Called when the first part of the answer is there: nothing is in the prompt cache before.</summary>
    public Action? Begins { get; init; }

    /// <summary>Sends <paramref name="reply"/>.</summary>
    /// <param name="reply">What to say.</param>
    /// <param name="stream">Whether the request asked for a stream.</param>
    /// <param name="fault">What goes wrong, or <see langword="null"/> for nothing.</param>
    public Task SendAsync(Reply reply, bool stream, SimulatedFault? fault) => stream ? StreamAsync(reply, fault) : WholeAsync(reply, fault);

    private async Task StreamAsync(Reply reply, SimulatedFault? fault)
    {
        await WaitAsync(pace.FirstByte);
        await exchange.BeginStreamAsync();
        if (fault is SimulatedFault.ErrorEvent first)
        {
            await exchange.SendAsync(Wire.ErrorEvent(ApiErrors.OfType(first.Type, first.Message), exchange.RequestId));
            return;
        }

        Begins?.Invoke();
        var sent = 0;
        foreach (var text in Wire.Events(reply))
        {
            if (await BreaksOffAsync(fault, sent))
            {
                return;
            }

            await WaitAsync(sent > 0 ? pace.EventInterval : TimeSpan.Zero);
            await exchange.SendAsync(text);
            sent++;
        }
    }

    private async Task<bool> BreaksOffAsync(SimulatedFault? fault, int sent)
    {
        switch (fault)
        {
            case SimulatedFault.Cut cut when sent >= cut.AfterEvents:
                exchange.Reset();
                return true;
            case SimulatedFault.EndEarly end when sent >= end.AfterEvents:
                return true;
            case SimulatedFault.PingsOnly pings when sent >= pings.AfterEvents:
                await PingAsync();
                return true;
            default:
                return false;
        }
    }

    private async Task PingAsync()
    {
        // An account that answers at once still leaves the client time to read.
        var interval = pace.EventInterval > TimeSpan.Zero ? pace.EventInterval : TimeSpan.FromMilliseconds(20);
        while (true)
        {
            await exchange.SendAsync(Wire.Ping);
            await WaitAsync(interval);
        }
    }

    private async Task WholeAsync(Reply reply, SimulatedFault? fault)
    {
        await WaitAsync(pace.FirstByte);
        if (fault is not SimulatedFault.ErrorEvent)
        {
            Begins?.Invoke();
        }

        await WaitAsync(pace.EventInterval * reply.Parts.Count);
        var json = Wire.Message(reply);
        switch (fault)
        {
            case SimulatedFault.ErrorEvent error:
                throw ApiErrors.OfType(error.Type, error.Message);
            case SimulatedFault.PingsOnly:
                await exchange.HangAsync();
                break;
            case SimulatedFault.Cut:
                await exchange.SendAsync(json[..(json.Length / 2)]);
                exchange.Reset();
                break;
            case SimulatedFault.EndEarly:
                await exchange.AnswerAsync(json[..(json.Length / 2)]);
                break;
            default:
                await exchange.AnswerAsync(json);
                break;
        }
    }

    private Task WaitAsync(TimeSpan duration) =>
        duration > TimeSpan.Zero ? Task.Delay(duration, timeProvider, exchange.Aborted) : Task.CompletedTask;
}
