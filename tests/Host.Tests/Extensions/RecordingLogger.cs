using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Tests.Extensions;

/// <summary>Keeps what was logged. Thread-safe.</summary>
internal sealed class RecordingLogger : ILogger
{
    private readonly ConcurrentQueue<(LogLevel Level, string? EventName, string Message)> _entries = new();

    public IEnumerable<string?> EventNames => _entries.Select(entry => entry.EventName);

    public IEnumerable<string> Messages => _entries.Select(entry => entry.Message);

    public IEnumerable<(LogLevel Level, string? EventName, string Message)> Entries => _entries;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _entries.Enqueue((logLevel, eventId.Name, formatter(state, exception)));
}
