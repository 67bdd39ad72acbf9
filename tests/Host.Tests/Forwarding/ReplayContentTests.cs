using System.Buffers;
using System.Security.Cryptography;
using ClaudeProxy.Forwarding;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Forwarding;

public sealed class ReplayContentTests : IDisposable
{
    private static readonly TimeSpan s_writeTimeout = TimeSpan.FromSeconds(30);

    private readonly ManualTimeProvider _time = new();
    private readonly AttemptClock _clock;

    public ReplayContentTests() => _clock = new AttemptClock(CancellationToken.None, _time);

    public void Dispose() => _clock.Dispose();

    [Fact]
    public async Task EveryRun_SendsTheSameBytesAndTheirLength()
    {
        var content = RandomNumberGenerator.GetBytes(200_000);
        using var replay = Replay(Body(content));

        using var first = new MemoryStream();
        await replay.CopyToAsync(first);
        using var second = new MemoryStream();
        await replay.CopyToAsync(second);

        Assert.Equal(content, first.ToArray());
        Assert.Equal(content, second.ToArray());
        Assert.Equal(content.Length, replay.Headers.ContentLength);
        Assert.True(replay.HasStarted);
    }

    [Fact]
    public async Task RunAfterTheBodyIsGone_Fails()
    {
        var body = Body([1, 2, 3]);
        using var replay = Replay(body);
        body.Release();

        await Assert.ThrowsAsync<InvalidOperationException>(() => replay.CopyToAsync(Stream.Null));
    }

    [Fact]
    public async Task WritesThatAreEachTakenInTime_MayTakeLongTogether()
    {
        using var stream = new GatedStream();
        using var replay = Replay(Body(new byte[3 * BlockPool.BlockSize]));

        var run = replay.CopyToAsync(stream);
        for (var i = 0; i < 3; i++)
        {
            await stream.WritingAsync();
            _time.Advance(s_writeTimeout * 0.9);
            stream.Take();
        }

        await run.InTime();
        Assert.False(_clock.HasExpired);
    }

    [Fact]
    public async Task WriteThatIsNotTaken_EndsTheAttempt()
    {
        using var stream = new GatedStream();
        using var replay = Replay(Body(new byte[3 * BlockPool.BlockSize]));

        var run = replay.CopyToAsync(stream);
        await stream.WritingAsync();
        stream.Take();
        await stream.WritingAsync();
        _time.Advance(s_writeTimeout);

        Assert.True(_clock.HasExpired);
        stream.Fail();
        await Assert.ThrowsAsync<HttpRequestException>(() => run.InTime());
    }

    [Fact]
    public async Task WriteThatIsNotTakenAfterTheAttemptIsOver_HarmsNobody()
    {
        using var stream = new GatedStream();
        using var replay = Replay(Body(new byte[10]));
        var run = replay.CopyToAsync(stream);
        await stream.WritingAsync();

        _clock.Dispose();
        _time.Advance(s_writeTimeout);

        stream.Take();
        await run.InTime();
    }

    /// <summary>While bodies come and go, somebody else fills whatever the pool gives with rubbish: no sending may ever see it.</summary>
    [Fact]
    public async Task SendingsThatOverlapTheEndOfTheirBody_NeverSeeMemoryOfOthers()
    {
        using var stop = new CancellationTokenSource();
        var poisoning = Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => Poison(stop.Token))));
        var random = new Random(1);

        var sendings = Enumerable.Range(1, 300).Select(number => (Length: random.Next(1, 300_000), FailsAt: number % 3 == 0 ? random.Next(0, 5) : int.MaxValue, Fill: (byte)number)).ToArray();
        await Parallel.ForEachAsync(sendings, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (sending, _) =>
        {
            var content = new byte[sending.Length];
            content.AsSpan().Fill(sending.Fill);
            var body = Body(content);
            using var replay = Replay(body);
            using var stream = new LingeringStream(sending.Fill, sending.FailsAt);
            using var otherStream = new LingeringStream(sending.Fill, int.MaxValue);
            var run = replay.CopyToAsync(stream, CancellationToken.None);
            var otherRun = replay.CopyToAsync(otherStream, CancellationToken.None);
            body.Release();
            await otherRun.InTime();
            await (await Record.ExceptionAsync(() => run.InTime()) is null or HttpRequestException ? Task.CompletedTask : run);
            await stream.StillReadsWhatItWasGivenAsync();
        });

        await stop.CancelAsync();
        await poisoning;
    }

    private static void Poison(CancellationToken stop)
    {
        var rented = new byte[8][];
        while (!stop.IsCancellationRequested)
        {
            for (var i = 0; i < rented.Length; i++)
            {
                rented[i] = BlockPool.Rent(BlockPool.BlockSize >> i);
                rented[i].AsSpan().Fill(0xEE);
            }

            Array.ForEach(rented, BlockPool.Return);
        }
    }

    private ReplayContent Replay(BodyBlocks body) => new(body, null, _clock, s_writeTimeout, _time);

    private static BodyBlocks Body(byte[] content)
    {
        var body = new BodyBlocks();
        body.Append(new ReadOnlySequence<byte>(content));
        return body;
    }
}
