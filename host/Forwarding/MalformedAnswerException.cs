namespace ClaudeProxy.Forwarding;

/// <summary>The head of an answer contradicts itself.</summary>
/// <param name="contradiction">How, as the end of a sentence that begins with "the answer is malformed:".</param>
internal sealed class MalformedAnswerException(string contradiction) : Exception(contradiction);
