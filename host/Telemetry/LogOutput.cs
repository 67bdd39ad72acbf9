using ClaudeProxy.Configuration;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Formatting.Json;
using Serilog.Sinks.SystemConsole.Themes;

namespace ClaudeProxy.Telemetry;

/// <summary>Where log lines go: the console, and a file if one is configured; written by a thread of their own, so that no request waits
/// for a disk. Dispose it to write what is left.</summary>
internal sealed class LogOutput : IDisposable
{
    private const string Line = "{Timestamp:HH:mm:ss.fff} {Level:u3} {Message:lj}{NewLine}{Exception}";
    private const string FileLine = "{Timestamp:yyyy-MM-dd HH:mm:ss.fff zzz} {Level:u3} {Message:lj}{NewLine}{Exception}";

    /// <summary>Files of so many days are kept.</summary>
    private const int KeptFiles = 7;

    /// <summary>Lines that may wait to be written; beyond that they are dropped rather than requests held up.</summary>
    private const int MostWaiting = 50_000;

    private readonly LoggingLevelSwitch _level;
    private readonly Logger _logger;

    /// <summary>Opens the outputs that <paramref name="options"/> name; lines bear the time of <paramref name="timeProvider"/>.</summary>
    public LogOutput(LoggingOptions options, TimeProvider timeProvider)
    {
        _level = new LoggingLevelSwitch(LogLevels.Of(options.Level));
        var configuration = new LoggerConfiguration()
            .MinimumLevel.ControlledBy(_level)
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .WriteTo.Async(sinks => WriteTo(sinks, options), MostWaiting);
        _logger = configuration.CreateLogger();
        Factory = options.Format == LogFormat.Text && Console.IsOutputRedirected ? new TextLoggers(_logger, timeProvider) : new SerilogLoggerFactory(_logger);
    }

    /// <summary>Makes the loggers.</summary>
    public ILoggerFactory Factory { get; }

    /// <summary>Changes how much is logged, from now on.</summary>
    public void SetLevel(LogLevel level) => _level.MinimumLevel = LogLevels.Of(level);

    /// <inheritdoc />
    public void Dispose()
    {
        Factory.Dispose();
        _logger.Dispose();
    }

    private static void WriteTo(Serilog.Configuration.LoggerSinkConfiguration sinks, LoggingOptions options)
    {
        var json = new JsonFormatter(renderMessage: true);
        if (options.Format == LogFormat.Json)
        {
            sinks.Console(json);
        }
        else
        {
            sinks.Console(outputTemplate: Line, theme: Console.IsOutputRedirected ? ConsoleTheme.None : AnsiConsoleTheme.Literate);
        }

        if (options.File is not { } file)
        {
            return;
        }

        if (options.Format == LogFormat.Json)
        {
            sinks.File(json, file, rollingInterval: RollingInterval.Day, retainedFileCountLimit: KeptFiles);
        }
        else
        {
            sinks.File(file, outputTemplate: FileLine, rollingInterval: RollingInterval.Day, retainedFileCountLimit: KeptFiles);
        }
    }
}
