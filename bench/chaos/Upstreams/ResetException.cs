namespace ClaudeProxy.Chaos.Upstreams;

/// <summary>The connection is to be reset.</summary>
internal sealed class ResetException : Exception;
