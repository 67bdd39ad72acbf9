using System.Buffers;
using Microsoft.Extensions.ObjectPool;

namespace ClaudeProxy.Forwarding;

/// <summary>Memory for bodies. Thread-safe.</summary>
/// <remarks>Whole blocks are pinned from birth: among other objects the collector would copy each of them, and leave holes, before it let them be. Case f in
/// <c>bench</c> measures what that takes.</remarks>
internal static class BlockPool
{
    /// <summary>Length of a whole block, in bytes.</summary>
    public const int BlockSize = 64 * 1024;

    /// <summary>Whole blocks that are kept for the next bodies: 16 MiB.</summary>
    private const int MostKept = 256;

    private static readonly DefaultObjectPool<byte[]> s_whole = new(new Policy(), MostKept);

    /// <summary>A whole block, or a smaller one for a body that needs no more than <paramref name="bytes"/>. What is in it is undefined.</summary>
    public static byte[] Rent(long bytes) => bytes > BlockSize / 2 ? s_whole.Get() : ArrayPool<byte>.Shared.Rent((int)bytes);

    /// <summary>Gives a block back. Only when nobody can read it any longer.</summary>
    public static void Return(byte[] block)
    {
        if (block.Length == BlockSize)
        {
            s_whole.Return(block);
        }
        else
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }

    private sealed class Policy : PooledObjectPolicy<byte[]>
    {
        public override byte[] Create() => GC.AllocateUninitializedArray<byte>(BlockSize, pinned: true);

        public override bool Return(byte[] obj) => true;
    }
}
