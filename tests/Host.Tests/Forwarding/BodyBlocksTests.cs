using System.Buffers;
using System.Runtime.InteropServices;
using ClaudeProxy.Forwarding;

namespace ClaudeProxy.Tests.Forwarding;

/// <summary>Alone, because all share one pool, and a full one keeps nothing.</summary>
[Collection(nameof(BodyBlocksTests))]
[CollectionDefinition(nameof(BodyBlocksTests), DisableParallelization = true)]
public sealed class BodyBlocksTests
{
    private const int Size = BlockPool.BlockSize;

    public BodyBlocksTests() => RentMany();

    /// <summary>What is pinned counts as old from the beginning.</summary>
    [Fact]
    public void WholeBlock_IsNewlyMade_IsNothingForTheCollectorToMove() => Assert.Equal(GC.MaxGeneration, GC.GetGeneration(BlockPool.Rent(Size)));

    [Fact]
    public void Release_NobodyReads_ReturnsTheBlocksToThePool()
    {
        var body = Body(3 * Size);
        var blocks = BlocksOf(body);

        body.Release();

        Assert.NotEmpty(RentMany().Intersect(blocks));
    }

    [Fact]
    public void Release_SomebodyReads_KeepsTheBlocksUntilTheLastOneIsDone()
    {
        var body = Body(3 * Size);
        var blocks = BlocksOf(body);
        Assert.True(body.TryAddReference());
        Assert.True(body.TryAddReference());

        body.Release();
        body.Release();

        Assert.Empty(RentMany().Intersect(blocks));
        body.Release();
        Assert.NotEmpty(RentMany().Intersect(blocks));
    }

    [Fact]
    public void Release_BlocksMayStillBeRead_LeavesThemToTheCollector()
    {
        var body = Body(3 * Size);
        var blocks = BlocksOf(body);

        body.LeaveToCollector();
        body.Release();

        Assert.Empty(RentMany().Intersect(blocks));
    }

    [Fact]
    public void Release_LastOfAll_IsToldOnceAndNobodyGetsIn()
    {
        var told = 0;
        var body = new BodyBlocks(() => told++);
        Assert.True(body.TryAddReference());

        body.Release();
        var before = told;
        body.Release();

        Assert.Equal((0, 1), (before, told));
        Assert.False(body.TryAddReference());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1024)]
    [InlineData(1025)]
    [InlineData(Size - 1)]
    [InlineData(Size)]
    [InlineData(Size + 1)]
    [InlineData((3 * Size) + 7)]
    public void Append_AnyLength_PartsAndSequenceAreTheBody(int length)
    {
        var content = Content(length);
        var body = new BodyBlocks();

        body.Append(new ReadOnlySequence<byte>(content));

        Assert.Equal(content, body.AsSequence().ToArray());
        Assert.Equal(content, Enumerable.Range(0, body.Count).SelectMany(index => body[index].ToArray()));
        Assert.Equal(length, body.Length);
    }

    [Fact]
    public async Task References_TakenWhileTheOwnerLetsGo_AreEitherSafeOrRefused()
    {
        for (var round = 0; round < 2000; round++)
        {
            var told = 0;
            var body = new BodyBlocks(() => Interlocked.Increment(ref told));
            body.Append(new ReadOnlySequence<byte>(Content(10)));

            await Task.WhenAll(
                Task.Run(body.Release),
                Task.Run(() =>
                {
                    if (body.TryAddReference())
                    {
                        Assert.Equal(Content(10), body.AsSequence().ToArray());
                        body.Release();
                    }
                }));

            Assert.Equal(1, told);
        }
    }

    private static BodyBlocks Body(int length)
    {
        var body = new BodyBlocks();
        body.Append(new ReadOnlySequence<byte>(Content(length)));
        return body;
    }

    private static byte[] Content(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i * 31))];

    private static List<byte[]> BlocksOf(BodyBlocks body) =>
        [.. Enumerable.Range(0, body.Count).Select(index => MemoryMarshal.TryGetArray(body[index], out var segment) ? segment.Array! : [])];

    /// <summary>More than the pool keeps. Never given back, so that no test sees another's.</summary>
    private static List<byte[]> RentMany() => [.. Enumerable.Range(0, 500).Select(_ => BlockPool.Rent(Size))];
}
