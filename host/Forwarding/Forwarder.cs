using System.Net;
using System.Runtime.CompilerServices;
using ClaudeProxy.Accounts;
using ClaudeProxy.Configuration;
using ClaudeProxy.Hosting;

namespace ClaudeProxy.Forwarding;

/// <summary>Sends a request once, with one account, and reads as much of the answer as it takes to judge it. Thread-safe.</summary>
internal sealed class Forwarder(TimeoutOptions timeouts, FailoverOptions failover, UpstreamClients clients, TimeProvider timeProvider)
{
    private readonly AnswerJudge _judge = new(timeouts, failover, timeProvider);

    /// <summary>A connection that the upstream is closing shows it within a round trip.</summary>
    private static readonly TimeSpan s_staleWithin = TimeSpan.FromSeconds(1);

    /// <summary>Makes one attempt.</summary>
    /// <param name="request">The request.</param>
    /// <param name="lease">The account.</param>
    /// <param name="clientLeft">Fires when the client leaves.</param>
    /// <param name="stop">Ends the attempt when nobody needs it any longer; <see langword="null"/> if that cannot be.</param>
    /// <exception cref="OperationCanceledException">The client has left.</exception>
    public async Task<Attempt> SendAsync(ForwardedRequest request, Lease lease, CancellationToken clientLeft, AttemptStop? stop = null)
    {
        var began = timeProvider.GetTimestamp();
        var connections = clients.Rent(lease.Upstream.Key);
        var attempt = await SendOverAsync(connections, request, lease, began, stop, clientLeft).ConfigureAwait(false);
        if (stop is { IsStopped: true })
        {
            return attempt;
        }

        if (attempt.Failure is { Failure: FailureKind.Reset or FailureKind.Timeout, Status: 0 })
        {
            await clients.ReplaceAsync(lease.Upstream.Key, connections).ConfigureAwait(false);
        }

        if (!MayHaveBeenStale(attempt, connections.Value) && !WasOurQuestion(attempt, connections.Value, request))
        {
            return attempt;
        }

        if (attempt.Answer is { } answer)
        {
            await answer.DisposeAsync().ConfigureAwait(false);
        }

        var second = await SendOverAsync(clients.Rent(lease.Upstream.Key), request, lease, began, stop, clientLeft).ConfigureAwait(false);
        return second with { Sends = attempt.Sends + second.Sends };
    }

    /// <summary>The upstream was closing a connection just as we used it again: that is nobody's fault, and is tried once over a fresh one.
    /// A request that ran for longer was lost in another way.</summary>
    private bool MayHaveBeenStale(Attempt attempt, UpstreamConnections connections) =>
        attempt.Failure is { Failure: FailureKind.Reset, Status: 0 } && attempt.Elapsed < s_staleWithin && connections.HaveServed && failover.RetrySent;

    /// <summary>The upstream does not know the question whether it wants the body, which only the proxy asks: it is not asked again.</summary>
    private static bool WasOurQuestion(Attempt attempt, UpstreamConnections connections, ForwardedRequest request)
    {
        if (attempt.Failure is not { Status: 417 } || connections.RefusesExpectation || request.Body is null)
        {
            return false;
        }

        connections.RefusesExpectation = true;
        return true;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Attempt> SendOverAsync(
        Shared<UpstreamConnections> connections, ForwardedRequest request, Lease lease, long began, AttemptStop? stop, CancellationToken clientLeft)
    {
        var clock = new AttemptClock(clientLeft, timeProvider);
        stop?.Attach(clock);
        var content = request.Body is { } sent ? new ReplayContent(sent, RenamedBody.Of(sent, lease.Placement.Account), clock, timeouts.Write, timeProvider) : null;
        HttpResponseMessage? message = null;
        UpstreamAnswer? answer = null;
        try
        {
            clock.Arm(timeouts.FirstByte);
            var outgoing = RequestMessage.Create(request, lease.Placement.Account, content, connections.Value);
            message = await connections.Value.Invoker.SendAsync(outgoing, clock.Token).ConfigureAwait(false);
            ThrowIfOfTheEgressProxy(message, lease);
            connections.Value.Spoken = message.Version;
            var head = AnswerHead.Read(message, timeProvider.GetUtcNow());
            var body = message.Content.ReadAsStream(clock.Token);
            answer = new UpstreamAnswer(message, body, clock, connections, head) { Events = EventsOf(message, head) };
            var failure = await _judge.JudgeAsync(answer).ConfigureAwait(false);
            return new Attempt(answer, failure, timeProvider.GetElapsedTime(began));
        }
        catch (Exception exception)
        {
            if (answer is not null)
            {
                await answer.DisposeAsync().ConfigureAwait(false);
            }
            else
            {
                message?.Dispose();
                clock.Dispose();
                await connections.Release().ConfigureAwait(false);
            }

            clientLeft.ThrowIfCancellationRequested();
            if (!TransportFaults.Includes(exception))
            {
                throw;
            }

            return new Attempt(null, TransportFaults.Classify(exception, content, answer?.Head), timeProvider.GetElapsedTime(began));
        }
    }

    /// <summary>A 407 speaks of the account's egress proxy; the upstream has not been reached, and the client has nothing to do with it.</summary>
    private static void ThrowIfOfTheEgressProxy(HttpResponseMessage message, Lease lease)
    {
        if (message.StatusCode == HttpStatusCode.ProxyAuthenticationRequired && lease.Upstream.Key.EgressProxy is not null)
        {
            throw new HttpRequestException(HttpRequestError.ProxyTunnelError);
        }
    }

    private static SseScanner? EventsOf(HttpResponseMessage message, AnswerHead head) =>
        message is { StatusCode: HttpStatusCode.OK, RequestMessage: not { Method.Method: "HEAD" } } && head.IsReadableEventStream ? new SseScanner() : null;
}
