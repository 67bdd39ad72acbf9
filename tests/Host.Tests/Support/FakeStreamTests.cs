namespace ClaudeProxy.Tests.Support;

public sealed class FakeStreamTests
{
    [Fact]
    public async Task SendEvent_WhileItIsRead_ArrivesBeforeTheNext()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var stream = new FakeStream();
        upstream.On("").Stream(stream);
        using var client = new HttpClient();

        using var response = await client.GetAsync(upstream.Address, HttpCompletionOption.ResponseHeadersRead).InTime();
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        await stream.SendEventAsync("message_start", """{"a":1}""");
        Assert.Equal("event: message_start", await reader.ReadLineAsync().InTime());
        Assert.Equal("""data: {"a":1}""", await reader.ReadLineAsync().InTime());
        await stream.SendAsync("\nrest");
        stream.End();

        Assert.Equal("\nrest", "\n" + (await reader.ReadToEndAsync().InTime()).TrimStart());
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Reset_AfterAnEvent_ArrivesAfterIt()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var stream = new FakeStream();
        upstream.On("").Stream(stream);
        using var client = new HttpClient();

        using var response = await client.GetAsync(upstream.Address, HttpCompletionOption.ResponseHeadersRead).InTime();
        await stream.SendAsync("some");
        await stream.ResetAsync();
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        var text = new char[4];
        await reader.ReadBlockAsync(text, CancellationToken.None).AsTask().InTime();

        Assert.Equal("some", new string(text));
        await Assert.ThrowsAsync<IOException>(() => reader.ReadToEndAsync()).InTime();
    }

    [Fact]
    public async Task ClientLeft_ClientGoesAway_Completes()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var stream = new FakeStream();
        upstream.On("").Stream(stream);
        using var client = new HttpClient();

        using (await client.GetAsync(upstream.Address, HttpCompletionOption.ResponseHeadersRead).InTime())
        {
            await stream.Started.InTime();
            Assert.False(stream.ClientLeft.IsCompleted);
        }

        await stream.ClientLeft.InTime();
    }

    [Fact]
    public async Task Events_WholeMessage_ArriveAsWritten()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("").Events([Sse.Ping, .. Sse.Message("Hel", "lo")]).Events(Sse.Error());
        using var client = new HttpClient();

        var message = await client.GetStringAsync(upstream.Address).InTime();
        var error = await client.GetStringAsync(upstream.Address).InTime();

        Assert.StartsWith("event: ping\ndata: {\"type\":\"ping\"}\n\nevent: message_start\ndata: {\"type\":\"message_start\",", message);
        Assert.EndsWith("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n", message);
        Assert.StartsWith("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",", error);
    }
}
