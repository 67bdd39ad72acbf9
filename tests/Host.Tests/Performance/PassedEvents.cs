using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Performance;

/// <summary>A stream through the program whose events are passed one at a time.</summary>
internal sealed class PassedEvents : IDisposable
{
    private readonly FakeStream _stream;
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _reader;

    private PassedEvents(FakeStream stream, HttpResponseMessage response, Stream body) => (_stream, _response, _reader) = (stream, response, new StreamReader(body));

    /// <summary>Asks for <paramref name="stream"/>, and waits until it has begun.</summary>
    public static async Task<PassedEvents> BeginAsync(HttpClient client, FakeStream stream)
    {
        using var request = ProgramRun.Request(stream: true);
        var sending = client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await stream.SendEventAsync("message_start");
        var response = await sending.InTime();
        return new PassedEvents(stream, response, await response.Content.ReadAsStreamAsync());
    }

    /// <summary>Passes events, each when the one before has arrived, so that none comes together with another.</summary>
    public async Task PassAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await _stream.SendEventAsync("content_block_delta", """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"word "}}""");
            while (await _reader.ReadLineAsync().InTime("an event arrives") is not "event: content_block_delta")
            {
            }
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _reader.Dispose();
        _response.Dispose();
    }
}
