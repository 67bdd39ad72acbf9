using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ClaudeProxy.Abstractions;
using ClaudeProxy.Forwarding;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Failures;

/// <summary>How an upstream fails in one row: an answer, or none.</summary>
internal sealed partial record FailureExample
{
    /// <summary>The moment of all examples.</summary>
    public static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Why there was no answer; <see cref="FailureKind.None"/> if there was one.</summary>
    public FailureKind Failure { get; private init; }

    /// <summary>The path that was asked for.</summary>
    public string Path { get; private init; } = "/v1/messages";

    /// <summary>The status of the answer; 0 if there was none.</summary>
    public int Status { get; private init; }

    /// <summary>Its headers, without those that name organization and workspace.</summary>
    public (string Name, string Value)[] Headers { get; private init; } = [];

    /// <summary>Its body.</summary>
    public string Body { get; private init; } = "";

    /// <summary>Whether it is a stream.</summary>
    public bool IsStream { get; private init; }

    /// <summary>The status with which another account answered the same request just before, or <see langword="null"/>.</summary>
    public int? PreviousStatus { get; private init; }

    /// <summary>How many requests this account failed in the same way before.</summary>
    public int Alike { get; private init; }

    /// <summary>Reads the spans of the column.</summary>
    public static FailureExample Read(IEnumerable<string> spans) => spans.Aggregate(new FailureExample(), static (example, span) => example.With(span));

    /// <summary>What the forwarder makes of it, without what only the loop knows.</summary>
    public AttemptOutcome ToOutcome()
    {
        if (Failure != FailureKind.None)
        {
            return new AttemptOutcome { Failure = Failure, Sent = Failure is not (FailureKind.Connect or FailureKind.Tls) };
        }

        using var message = new HttpResponseMessage();
        foreach (var (name, value) in Headers)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        var head = AnswerHead.Read(message, Now);
        var body = Encoding.UTF8.GetBytes(Body);
        var error = IsStream ? ApiErrorBody.ReadEvent(body) : ApiErrorBody.Read(body);
        return IsStream
            ? AnswerOutcome.Of(head, FailureKind.ErrorEvent, ErrorTypes.StatusOf(error.Type), error)
            : AnswerOutcome.Of(head, FailureKind.None, Status, error);
    }

    /// <summary>The message that an error of it has; empty if it has none.</summary>
    public string Message => ToOutcome().ErrorMessage;

    private FailureExample With(string span)
    {
        if (int.TryParse(span, out var status))
        {
            return this with { Status = status };
        }

        if (Words().Match(span) is { Success: true } words)
        {
            var text = words.Groups["text"].Value;
            return words.Groups["word"].Value switch
            {
                "POST" => this with { Path = text },
                "no answer:" => this with { Failure = Enum.Parse<FailureKind>(text) },
                "error" => this with { Body = Envelope(text) },
                "message" => this with { Body = ServedMessage.With(JsonNode.Parse(text)!.AsObject()) },
                "stream" => this with { Status = 200, IsStream = true, Body = Sse.Event("error", Envelope(text)) },
                _ when text.EndsWith(" alike", StringComparison.Ordinal) => this with { Alike = int.Parse(text.Split(' ')[0]) },
                _ => this with { PreviousStatus = int.Parse(text) },
            };
        }

        return Header().Match(span) is { Success: true } header
            ? this with { Headers = [.. Headers, (header.Groups["name"].Value, header.Groups["value"].Value)] }
            : this with { Body = span };
    }

    private static string Envelope(string error) => $$"""{"type":"error","error":{{error}},"request_id":"req_1"}""";

    [GeneratedRegex("^(?<word>POST|no answer:|error|message|stream|after) (?<text>.+)$")]
    private static partial Regex Words();

    [GeneratedRegex("^(?<name>[a-z0-9_-]+): (?<value>.+)$")]
    private static partial Regex Header();
}
