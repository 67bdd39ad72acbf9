namespace ClaudeProxy.Administration;

/// <summary>A running proxy could not be asked, or would not answer. The message is for people and says what to do.</summary>
internal sealed class AdminException(string message) : Exception(message);
