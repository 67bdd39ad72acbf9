using ClaudeProxy.Abstractions;
using ClaudeProxy.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace ClaudeProxy.Tests.Failures;

/// <summary>The upstream of one account, which fails as an example says. Dispose it to stop what it started.</summary>
internal sealed class FailingUpstream : IAsyncDisposable
{
    private readonly FakeUpstream _fake;
    private readonly RawUpstream? _raw;

    private FailingUpstream(FakeUpstream fake, RawUpstream? raw, Uri address) => (_fake, _raw, Address) = (fake, raw, address);

    /// <summary>Where the account's requests go.</summary>
    public Uri Address { get; }

    /// <summary>The requests that were answered so far.</summary>
    public int Requests => _fake.Requests.Count;

    /// <summary>Starts it. The first answers are <paramref name="before"/>, the rest are the example.</summary>
    public static async Task<FailingUpstream> StartAsync(string token, FailureExample example, Identity identity, params (int Status, string Body)[] before)
    {
        var fake = await FakeUpstream.StartAsync();
        var answers = fake.On(token);
        foreach (var (status, body) in before)
        {
            answers.Run(context => AnswerAsync(context, status, [], body, isStream: false, identity));
        }

        switch (example.Failure)
        {
            case FailureKind.None:
                answers.Run(context => AnswerAsync(context, example.Status, example.Headers, example.Body, example.IsStream, identity));
                break;
            case FailureKind.Connect:
                await fake.RefuseAsync();
                break;
            case FailureKind.Tls:
                return new(fake, null, new Uri($"https://{fake.Address.Authority}"));
            case FailureKind.Reset:
                answers.Reset();
                break;
            case FailureKind.Timeout:
                answers.Hang();
                break;
            case FailureKind.Malformed:
                var raw = RawUpstream.Start("220 mail.example.org ESMTP\r\n\r\n");
                return new(fake, raw, raw.Address);
        }

        return new(fake, null, fake.Address);
    }

    /// <summary>Answers as the API does, naming organization and workspace.</summary>
    public static Task AnswerAsync(
        HttpContext context, int status, (string Name, string Value)[] headers, string body, bool isStream, Identity identity)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = isStream ? "text/event-stream" : body.StartsWith('<') ? "text/html" : "application/json";
        context.Response.Headers["anthropic-organization-id"] = identity.Organization;
        context.Response.Headers["anthropic-workspace-id"] = identity.Workspace;
        foreach (var (name, value) in headers)
        {
            context.Response.Headers[name] = value;
        }

        return context.Response.WriteAsync(body, context.RequestAborted);
    }

    public async ValueTask DisposeAsync()
    {
        await _fake.DisposeAsync();
        if (_raw is not null)
        {
            await _raw.DisposeAsync();
        }
    }

    /// <summary>Whose account it is.</summary>
    public sealed record Identity(string Organization, string Workspace);
}
