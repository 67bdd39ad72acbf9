using System.Globalization;
using ClaudeProxy.Configuration;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Formatting;
using Serilog.Formatting.Display;
using Serilog.Formatting.Json;
using Serilog.Sinks.SystemConsole.Themes;

namespace ClaudeProxy.Telemetry;

/// <summary>Where log lines go: the console, and a file if one is configured. Dispose it to write what is left.</summary>
internal sealed class LogOutput : IDisposable
{
    private const string Line = "{Timestamp:HH:mm:ss.fff} {Level:u3} {Message:lj}{NewLine}{Exception}";
    private const string FileLine = "{Timestamp:yyyy-MM-dd HH:mm:ss.fff zzz} {Level:u3} {Message:lj}{NewLine}{Exception}";

    /// <summary>Files of so many days are kept.</summary>
    private const int KeptFiles = 7;

    // What the file lacks if the process is killed.
    private static readonly TimeSpan s_betweenFileWrites = TimeSpan.FromSeconds(1);

    private readonly LoggingLevelSwitch _level;
    private readonly Logger _logger;

    /// <summary>Opens the outputs that <paramref name="options"/> name; lines bear the time of <paramref name="timeProvider"/>.</summary>
    public LogOutput(LoggingOptions options, TimeProvider timeProvider)
    {
        _level = new LoggingLevelSwitch(LogLevels.Of(options.Level));
        var console = Console.IsOutputRedirected ? new StreamWriter(Console.OpenStandardOutput(), Console.OutputEncoding) : null;
        _logger = new LoggerConfiguration()
            .MinimumLevel.ControlledBy(_level)
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .WriteTo.Sink(new LogQueue(Outputs(options, console), console, timeProvider))
            .CreateLogger();
        Factory = options.Format == LogFormat.Text && console is not null ? new TextLoggers(_logger, timeProvider) : new SerilogLoggerFactory(_logger);
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

    private static Logger Outputs(LoggingOptions options, TextWriter? console)
    {
        var outputs = new LoggerConfiguration().MinimumLevel.Verbose();
        if (console is not null)
        {
            outputs.WriteTo.Sink(new RedirectedConsole(FormatterOf(options.Format, Line), console));
        }
        else if (options.Format == LogFormat.Json)
        {
            outputs.WriteTo.Console(FormatterOf(options.Format, Line));
        }
        else
        {
            outputs.WriteTo.Console(outputTemplate: Line, theme: AnsiConsoleTheme.Literate);
        }

        if (options.File is { } file)
        {
            outputs.WriteTo.File(FormatterOf(options.Format, FileLine), file, rollingInterval: RollingInterval.Day, retainedFileCountLimit: KeptFiles,
                buffered: true, flushToDiskInterval: s_betweenFileWrites);
        }

        return outputs.CreateLogger();
    }

    private static ITextFormatter FormatterOf(LogFormat format, string line) =>
        format == LogFormat.Json ? new JsonFormatter(renderMessage: true) : new MessageTemplateTextFormatter(line, CultureInfo.InvariantCulture);
}
