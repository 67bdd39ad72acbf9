using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Simulator;

/// <summary>Reads answers of the Messages API.</summary>
internal static class Answers
{
    public static async Task<JsonElement> ReadJsonAsync(this HttpResponseMessage response) =>
        JsonElement.Parse(await response.Content.ReadAsStringAsync().InTime());

    public static async Task<IReadOnlyList<SseItem<string>>> ReadEventsAsync(this HttpResponseMessage response)
    {
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        var events = new List<SseItem<string>>();
        await foreach (var item in SseParser.Create(await response.Content.ReadAsStreamAsync()).EnumerateAsync())
        {
            Assert.Equal(item.EventType, JsonElement.Parse(item.Data).GetProperty("type").GetString());
            events.Add(item);
        }

        return events;
    }

    public static string Header(this HttpResponseMessage response, string name) => string.Join(", ", response.Headers.GetValues(name));

    public static string ErrorType(this JsonElement json) => json.GetProperty("error").GetProperty("type").GetString()!;

    public static string ErrorMessage(this JsonElement json) => json.GetProperty("error").GetProperty("message").GetString()!;
}
