using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Tests.Support;

/// <summary>One log message.</summary>
/// <param name="Level">Its level.</param>
/// <param name="Category">Who logged it.</param>
/// <param name="EventId">Its number and name.</param>
/// <param name="Message">Its text, filled in.</param>
/// <param name="Values">Its placeholders and their values.</param>
/// <param name="Exception">What it is about, or <see langword="null"/>.</param>
public sealed record LogEntry(
    LogLevel Level,
    string Category,
    EventId EventId,
    string Message,
    IReadOnlyList<KeyValuePair<string, object?>> Values,
    Exception? Exception)
{
    /// <summary>All of it as one text.</summary>
    public string Everything => $"{Level} {Category} {EventId.Name} {Message} {string.Join(' ', Values)} {Exception}";

    /// <summary>The value of one placeholder, or <see langword="null"/> if there is none.</summary>
    public object? Value(string placeholder) => Values.FirstOrDefault(value => value.Key == placeholder).Value;
}
