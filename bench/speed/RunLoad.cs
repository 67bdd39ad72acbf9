using ClaudeProxy.Speed.Measuring;

namespace ClaudeProxy.Speed;

/// <summary>Runs a load against a port, and says when every stream has begun, if they are held.</summary>
internal delegate Task<LoadResult> RunLoad(Load load, int port, Func<Task>? whenReady, CancellationToken cancellationToken);
