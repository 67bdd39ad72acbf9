using System.IO.Pipelines;
using ClaudeProxy.Failover;
using ClaudeProxy.Forwarding;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace ClaudeProxy.Endpoint;

/// <summary>Reads a request's body into replayable memory, whole, before anybody is asked to serve it.</summary>
internal static class BodyReader
{
    /// <summary>The body; or an error, and nothing is left reserved.</summary>
    /// <exception cref="BadHttpRequestException">The client's framing is broken, or it is too slow.</exception>
    /// <exception cref="ConnectionResetException">The client has left.</exception>
    /// <exception cref="OperationCanceledException">The client has left.</exception>
    public static async ValueTask<(BodyBlocks? Body, ApiError? Error)> ReadAsync(HttpRequest request, long maxBody, BodyMemory memory, CancellationToken cancellationToken)
    {
        var announced = request.ContentLength;
        if (announced is null && request.Headers.TransferEncoding.Count == 0)
        {
            return (null, null);
        }

        if (announced > maxBody)
        {
            return (null, TooLarge(maxBody));
        }

        var reservation = new Reservation(memory);
        var body = new BodyBlocks(reservation.Release, announced ?? 0);
        var isWhole = false;
        try
        {
            var error = reservation.TryGrowTo(announced ?? 0)
                ? await FillAsync(body, request.BodyReader, maxBody, reservation, cancellationToken).ConfigureAwait(false)
                : NoRoom();
            isWhole = error is null;
            return (isWhole ? body : null, error);
        }
        catch (IOException broken) when (broken is not (BadHttpRequestException or ConnectionResetException))
        {
            throw new BadHttpRequestException("The chunks of the body are broken.", broken);
        }
        finally
        {
            if (!isWhole)
            {
                body.Release();
            }
        }
    }

    private static async ValueTask<ApiError?> FillAsync(
        BodyBlocks body, PipeReader reader, long maxBody, Reservation reservation, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var fits = body.Length + read.Buffer.Length <= maxBody;
            var hasRoom = fits && reservation.TryGrowTo(body.Length + read.Buffer.Length);
            if (hasRoom)
            {
                body.Append(read.Buffer);
            }

            reader.AdvanceTo(read.Buffer.End);
            if (!hasRoom)
            {
                return fits ? NoRoom() : TooLarge(maxBody);
            }

            if (read.IsCompleted)
            {
                return null;
            }
        }
    }

    private static ApiError TooLarge(long maxBody) =>
        new(413, "request_too_large", $"The request body is longer than the {maxBody} bytes that the proxy accepts.") { IsFinal = true };

    private static ApiError NoRoom() => ApiError.Unavailable("The proxy holds too many large requests at the moment.", TimeSpan.FromSeconds(5));

    /// <summary>What one body has reserved: the announced length at once, then what comes beyond it.</summary>
    private sealed class Reservation(BodyMemory memory)
    {
        private long _reserved;

        public bool TryGrowTo(long bytes)
        {
            if (bytes <= _reserved)
            {
                return true;
            }

            // A body of unknown length grows by whole blocks, so that many small parts cost one reservation.
            var wanted = bytes > 0 && _reserved > 0 ? Math.Max(bytes, _reserved + BlockPool.BlockSize) : bytes;
            return TryTake(wanted) || TryTake(bytes);
        }

        private bool TryTake(long wanted)
        {
            if (!memory.TryReserve(wanted - _reserved))
            {
                return false;
            }

            _reserved = wanted;
            return true;
        }

        public void Release() => memory.Release(Interlocked.Exchange(ref _reserved, 0));
    }
}
