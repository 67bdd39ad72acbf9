namespace ClaudeProxy.Policies;

/// <summary>A script cannot be used. The message is for the operator: which file, where in it, and what is wrong.</summary>
internal sealed class ScriptException(string message, Exception? innerException = null) : Exception(message, innerException);
