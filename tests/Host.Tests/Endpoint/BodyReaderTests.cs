using System.Buffers;
using System.IO.Pipelines;
using ClaudeProxy.Endpoint;
using ClaudeProxy.Failover;
using ClaudeProxy.Forwarding;
using ClaudeProxy.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ClaudeProxy.Tests.Endpoint;

public sealed class BodyReaderTests
{
    [Fact]
    public async Task Read_BodyThatComesInAnyParts_IsWholeReservedAndGivenBack()
    {
        var random = new Random(1);
        for (var round = 0; round < 50; round++)
        {
            var content = new byte[random.Next(0, 300_000)];
            random.NextBytes(content);
            var isAnnounced = random.Next(2) == 0;
            var memory = new BodyMemory(1 << 20);
            var (request, pipe) = Request(isAnnounced ? content.Length : null);

            var reading = BodyReader.ReadAsync(request, 300_000, memory, CancellationToken.None).AsTask();
            for (var at = 0; at < content.Length;)
            {
                var size = Math.Min(random.Next(1, 100_000), content.Length - at);
                await pipe.WriteAsync(content.AsMemory(at, size));
                at += size;
            }

            await pipe.CompleteAsync();
            var (body, error) = await reading.InTime();

            Assert.Null(error);
            Assert.Equal(content, body!.AsSequence().ToArray());
            Assert.Equal(content.Length, body.Length);
            Assert.InRange(memory.Used, content.Length, isAnnounced ? content.Length : content.Length + BlockPool.BlockSize);
            body.Release();
            Assert.Equal(0, memory.Used);
        }
    }

    [Fact]
    public async Task Read_NeitherLengthNorCoding_IsNoBody()
    {
        var (body, error) = await BodyReader.ReadAsync(new DefaultHttpContext().Request, 10, new BodyMemory(10), CancellationToken.None);

        Assert.Null(body);
        Assert.Null(error);
    }

    [Theory]
    [InlineData(101, 101)]
    [InlineData(null, 101)]
    public async Task Read_LongerThanAllowed_Is413AndNothingStaysReserved(int? announced, int length)
    {
        var memory = new BodyMemory(1000);

        var (body, error) = await ReadAsync(announced, length, maxBody: 100, memory);

        Assert.Null(body);
        Assert.Equal((413, "request_too_large"), (error!.Status, error.Type));
        Assert.Equal(0, memory.Used);
    }

    [Theory]
    [InlineData(60, 60)]
    [InlineData(null, 60)]
    public async Task Read_NoRoom_Is503AndNothingStaysReservedButWhatOthersHold(int? announced, int length)
    {
        var memory = new BodyMemory(100);
        Assert.True(memory.TryReserve(50));

        var (body, error) = await ReadAsync(announced, length, maxBody: 100, memory);

        Assert.Null(body);
        Assert.Equal(503, error!.Status);
        Assert.Equal(50, memory.Used);
    }

    [Fact]
    public async Task Read_BodyOverItsFirstBlock_FitsABudgetThatHoldsIt()
    {
        var memory = new BodyMemory(100_000);

        var (body, error) = await ReadAsync(announced: 100_000, 100_000, maxBody: 100_000, memory);

        Assert.Null(error);
        Assert.Equal(100_000, body!.Length);
    }

    [Fact]
    public async Task Read_BrokenWhileReading_NothingStaysReserved()
    {
        var memory = new BodyMemory(1000);
        var (request, pipe) = Request(100);
        var reading = BodyReader.ReadAsync(request, 1000, memory, CancellationToken.None).AsTask();
        await pipe.WriteAsync(new byte[10]);
        var held = memory.Used;

        await pipe.CompleteAsync(new IOException("Bad chunk size data."));

        await Assert.ThrowsAsync<BadHttpRequestException>(() => reading.InTime());
        Assert.Equal((100, 0), (held, memory.Used));
    }

    [Fact]
    public async Task Read_Canceled_NothingStaysReserved()
    {
        using var leaving = new CancellationTokenSource();
        var memory = new BodyMemory(1000);
        var (request, _) = Request(100);
        var reading = BodyReader.ReadAsync(request, 1000, memory, leaving.Token).AsTask();

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.InTime());
        Assert.Equal(0, memory.Used);
    }

    [Fact]
    public async Task Reserve_ManyThreads_NeverHoldMoreThanTheLimitAndGiveAllBack()
    {
        var memory = new BodyMemory(1000);
        long held = 0, most = 0;

        await Task.WhenAll(Enumerable.Range(0, 8).Select(seed => Task.Run(() =>
        {
            var random = new Random(seed);
            for (var i = 0; i < 20_000; i++)
            {
                var (first, second) = (Reserve(random.Next(1, 400)), Reserve(random.Next(1, 400)));
                Release(first);
                Release(second);
            }
        })));

        Assert.InRange(most, 400, 1000);
        Assert.Equal(0, memory.Used);

        int Reserve(int bytes)
        {
            if (!memory.TryReserve(bytes))
            {
                return 0;
            }

            InterlockedMax(ref most, Interlocked.Add(ref held, bytes));
            return bytes;
        }

        void Release(int bytes)
        {
            Interlocked.Add(ref held, -bytes);
            memory.Release(bytes);
        }
    }

    private static void InterlockedMax(ref long target, long value)
    {
        var seen = Volatile.Read(ref target);
        while (value > seen && Interlocked.CompareExchange(ref target, value, seen) is var before && before != seen)
        {
            seen = before;
        }
    }

    private static async Task<(BodyBlocks? Body, ApiError? Error)> ReadAsync(int? announced, int length, long maxBody, BodyMemory memory)
    {
        var (request, pipe) = Request(announced);
        await pipe.WriteAsync(new byte[length]);
        await pipe.CompleteAsync();
        return await BodyReader.ReadAsync(request, maxBody, memory, CancellationToken.None).AsTask().InTime();
    }

    private static (HttpRequest Request, PipeWriter Writer) Request(long? announced)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        var context = new DefaultHttpContext();
        context.Features.Set<IRequestBodyPipeFeature>(new PipeFeature(pipe.Reader));
        context.Request.ContentLength = announced;
        if (announced is null)
        {
            context.Request.Headers.TransferEncoding = "chunked";
        }

        return (context.Request, pipe.Writer);
    }

    private sealed record PipeFeature(PipeReader Reader) : IRequestBodyPipeFeature;
}
