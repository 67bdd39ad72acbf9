using Microsoft.AspNetCore.Http;

namespace ClaudeProxy.Plugins.Simulator;

/// <summary>One request and its answer, with the id they share.</summary>
internal sealed class Exchange(HttpContext context, string requestId)
{
    /// <summary>As in the header <c>request-id</c>.</summary>
    public string RequestId { get; } = requestId;

    /// <summary>The request.</summary>
    public HttpRequest Request => context.Request;

    /// <summary>The headers of the answer.</summary>
    public IHeaderDictionary Headers => context.Response.Headers;

    /// <summary>The credential, however the request brings it; <see langword="null"/> if it brings none.</summary>
    public string? Token =>
        (string?)Request.Headers["x-api-key"]
        ?? (Request.Headers.Authorization.ToString() is var value && value.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
            ? value["Bearer ".Length..].Trim()
            : null);

    /// <summary>Cancelled when the client leaves.</summary>
    public CancellationToken Aborted => context.RequestAborted;

    /// <summary>Resets the connection, after what was sent.</summary>
    public void Reset() => context.Abort();

    /// <summary>Never answers.</summary>
    public Task HangAsync() => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, Aborted);

    /// <summary>Sends the head of a stream.</summary>
    public Task BeginStreamAsync()
    {
        context.Response.ContentType = "text/event-stream; charset=utf-8";
        Headers.CacheControl = "no-cache";
        return context.Response.Body.FlushAsync(Aborted);
    }

    /// <summary>Sends a part of a stream at once.</summary>
    public async Task SendAsync(string text)
    {
        await context.Response.WriteAsync(text, Aborted);
        await context.Response.Body.FlushAsync(Aborted);
    }

    /// <summary>Answers in one piece.</summary>
    public Task AnswerAsync(string json, int status = 200)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json, Aborted);
    }

    /// <summary>Answers with an error.</summary>
    public Task AnswerAsync(ApiException error)
    {
        if (error.RetryAfter is not null)
        {
            Headers.RetryAfter = error.RetryAfter;
        }

        if (error.ShouldRetry is { } shouldRetry)
        {
            Headers["x-should-retry"] = shouldRetry ? "true" : "false";
        }

        return AnswerAsync(Wire.Error(error, RequestId), error.Status);
    }
}
