using System.Text.Json;
using Anthropic;
using Anthropic.Exceptions;
using Anthropic.Models.Messages;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Failures;

/// <summary>Every row of <c>docs/failure-table.md</c>, as the official SDKs tell it to their callers.</summary>
public sealed class SdkTests
{
    private static readonly FailureRow[] s_rows = [.. FailureTable.Rows.Where(row => row.IsVisible)];

    [Fact]
    public async Task EveryRow_CSharpSdkGivesItsCallerWhatTheRowSays()
    {
        await using var proxies = await RowProxies.StartAsync(s_rows);

        var seen = await Task.WhenAll(s_rows.Select((row, index) => AskAsync(row, proxies.AddressOf(row), RowProxies.ModelOf(index)))).InTime();

        AssertRows(seen);
    }

    [Fact]
    public async Task EveryRow_NpmSdkGivesItsCallerWhatTheRowSays()
    {
        await using var proxies = await RowProxies.StartAsync(s_rows);
        var questions = s_rows.Select((row, index) => new { baseURL = proxies.AddressOf(row), model = RowProxies.ModelOf(index), form = FormOf(row) });

        var answers = await NodeScript.RunAsync("failures.mjs", JsonSerializer.Serialize(questions));

        AssertRows([.. answers.EnumerateArray().Select(answer => new Seen(
            TextOf(answer, "text"), TextOf(answer, "stopReason"), answer.TryGetProperty("status", out var status) && status.ValueKind == JsonValueKind.Number ? status.GetInt32() : null,
            TextOf(answer, "message")))]);
    }

    private static string FormOf(FailureRow row) => row.Example.IsStream ? "stream" : row.Example.Path.EndsWith("count_tokens", StringComparison.Ordinal) ? "count" : "whole";

    private static string? TextOf(JsonElement answer, string name) => answer.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static async Task<Seen> AskAsync(FailureRow row, string address, string model)
    {
        using var client = new AnthropicClient { BaseUrl = address, ApiKey = "any", MaxRetries = 0 };
        var question = new MessageCreateParams { Model = model, MaxTokens = 1000, Messages = [new UserMessageParam { Content = "Hi" }] };
        try
        {
            switch (FormOf(row))
            {
                case "count":
                    var count = await client.Messages.CountTokens(new() { Model = model, Messages = question.Messages });
                    return new Seen($"{count.InputTokens}", null, null, null);
                case "stream":
                    return new Seen(await ReadStreamAsync(client, question), "end_turn", null, null);
                default:
                    var message = await client.Messages.Create(question);
                    var text = string.Concat(message.Content.Select(block => block.TryPickText(out var part) ? part.Text : ""));
                    return new Seen(text, message.StopReason?.Raw(), null, null);
            }
        }
        catch (AnthropicApiException error)
        {
            return new Seen(null, null, (int)error.StatusCode, error.Message);
        }
        catch (AnthropicException error)
        {
            return new Seen(null, null, null, error.ToString());
        }
    }

    private static async Task<string> ReadStreamAsync(AnthropicClient client, MessageCreateParams question)
    {
        var (text, ended) = ("", false);
        await foreach (var item in client.Messages.CreateStreaming(question))
        {
            text += item.TryPickContentBlockDelta(out var delta) && delta.Delta.TryPickText(out var part) ? part.Text : "";
            ended |= item.TryPickStop(out _);
        }

        return ended ? text : $"{text} (never ended)";
    }

    private static void AssertRows(IReadOnlyList<Seen> seen)
    {
        Assert.Equal(s_rows.Length, seen.Count);
        Assert.Multiple([.. s_rows.Select((row, index) => (Action)(() => AssertRow(row, seen[index], $"served by {RowProxies.OtherOf(index)}")))]);
    }

    private static void AssertRow(FailureRow row, Seen seen, string servedByOther)
    {
        var told = $"{row.Name}: {seen}";
        if (row.IsHidden)
        {
            Assert.True(seen.Text == (FormOf(row) == "count" ? "1" : servedByOther), told);
        }
        else if (row.Example.Status < 400 && !row.Example.IsStream)
        {
            Assert.True(row.Example.Body.Contains($"\"stop_reason\":\"{seen.StopReason}\"", StringComparison.Ordinal), told);
        }
        else
        {
            Assert.True(seen.Text is null && seen.Message is not null && (row.Example.IsStream || seen.Status == row.Example.Status), told);
            Assert.True(seen.Message!.Contains(row.Example.Message, StringComparison.Ordinal), told);
        }
    }

    /// <summary>What an SDK gave its caller: a text and how it ended, or an error.</summary>
    private sealed record Seen(string? Text, string? StopReason, int? Status, string? Message);
}
