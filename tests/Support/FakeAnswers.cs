using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace ClaudeProxy.Tests.Support;

/// <summary>How one account's requests are answered: in the order given here, the last answer again and again. Thread-safe.</summary>
public sealed class FakeAnswers
{
    private readonly Lock _lock = new();
    private readonly List<Step> _steps = [];
    private readonly Step _unscripted;
    private int _next;

    internal FakeAnswers(string token) =>
        _unscripted = new Step(context => WriteAsync(context, 200, $$"""{"served_by":{{JsonSerializer.Serialize(token)}}}""", null, []));

    /// <summary>Answers with a status, headers and a body.</summary>
    public FakeAnswers Answer(int status, string body = "", string? retryAfter = null, params (string Name, string Value)[] headers) =>
        Run(context => WriteAsync(context, status, body, retryAfter, headers));

    /// <summary>The same as <see cref="Answer"/>, where it reads better.</summary>
    public FakeAnswers Then(int status, string body = "", string? retryAfter = null, params (string Name, string Value)[] headers) =>
        Answer(status, body, retryAfter, headers);

    /// <summary>Answers with an error in the API's shape.</summary>
    public FakeAnswers Error(int status, string type, string message = "No.", string? retryAfter = null) =>
        Answer(status, JsonSerializer.Serialize(new { type = "error", error = new { type, message } }), retryAfter);

    /// <summary>Answers with a whole stream of these events, each written by <see cref="Sse"/>.</summary>
    public FakeAnswers Events(params string[] events) => Answer(200, string.Concat(events), null, ("content-type", "text/event-stream"));

    /// <summary>Answers with a stream that the test writes while it is read. It serves one request.</summary>
    public FakeAnswers Stream(FakeStream stream) => Run(stream.ServeAsync);

    /// <summary>Resets the connection before any answer.</summary>
    public FakeAnswers Reset() => Run(context =>
    {
        context.Abort();
        return Task.CompletedTask;
    });

    /// <summary>Does not answer until the client leaves.</summary>
    public FakeAnswers Hang() => Run(context => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted));

    /// <summary>Answers as <paramref name="handler"/> does.</summary>
    public FakeAnswers Run(RequestDelegate handler)
    {
        lock (_lock)
        {
            _steps.Add(new Step(handler));
        }

        return this;
    }

    /// <summary>Lets the answer given last wait for <paramref name="gate"/>.</summary>
    public FakeAnswers After(Task gate) => ChangeLast(step => step with { Gate = gate });

    /// <summary>Lets the answer given last come before the body has been read.</summary>
    public FakeAnswers Early() => ChangeLast(step => step with { ReadsBody = false });

    internal Step Next()
    {
        lock (_lock)
        {
            return _steps.Count == 0 ? _unscripted : _steps[_next < _steps.Count - 1 ? _next++ : _next];
        }
    }

    private FakeAnswers ChangeLast(Func<Step, Step> change)
    {
        lock (_lock)
        {
            _steps[^1] = change(_steps[^1]);
        }

        return this;
    }

    private static Task WriteAsync(HttpContext context, int status, string body, string? retryAfter, (string Name, string Value)[] headers)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.Headers.RetryAfter = retryAfter;
        foreach (var group in headers.GroupBy(header => header.Name, header => header.Value))
        {
            context.Response.Headers[group.Key] = group.ToArray();
        }

        return context.Response.WriteAsync(body, context.RequestAborted);
    }

    internal sealed record Step(RequestDelegate RunAsync)
    {
        public Task Gate { get; init; } = Task.CompletedTask;

        public bool ReadsBody { get; init; } = true;
    }
}
