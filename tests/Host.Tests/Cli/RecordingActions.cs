using ClaudeProxy.Cli;
using ClaudeProxy.Configuration;

namespace ClaudeProxy.Tests.Cli;

/// <summary>Remembers the last command that was called.</summary>
internal sealed class RecordingActions : ICommandActions
{
    private string? _command;

    public ConfigurationSource? Source { get; private set; }

    public bool Cancelled { get; private set; }

    public ConfigurationException? Fails { get; set; }

    public (string? Command, string? Path) Called() => (_command, Source?.Path);

    public Task<int> RunAsync(ConfigurationSource source, CancellationToken cancellationToken) => RecordAsync("run", source, cancellationToken);

    public Task<int> DemoAsync(ConfigurationSource source, CancellationToken cancellationToken) => RecordAsync("demo", source, cancellationToken);

    public Task<int> CheckAsync(ConfigurationSource source, CancellationToken cancellationToken) => RecordAsync("check", source, cancellationToken);

    private Task<int> RecordAsync(string command, ConfigurationSource source, CancellationToken cancellationToken)
    {
        (_command, Source, Cancelled) = (command, source, cancellationToken.IsCancellationRequested);
        return Fails is null ? Task.FromResult(0) : Task.FromException<int>(Fails);
    }
}
