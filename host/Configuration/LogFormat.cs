namespace ClaudeProxy.Configuration;

/// <summary>How log lines look.</summary>
internal enum LogFormat
{
    /// <summary>For people, with colour on a terminal.</summary>
    Text,

    /// <summary>One JSON object a line.</summary>
    Json,
}
