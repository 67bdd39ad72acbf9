using System.Globalization;
using ClaudeProxy.Telemetry;
using ClaudeProxy.Tests.Support;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Display;

namespace ClaudeProxy.Tests.Administration;

public sealed class LogQueueTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task RedirectedConsole_HasTheLine_WhileTheProxyRuns()
    {
        using var console = new StreamWriter(new MemoryStream());
        var formatter = new MessageTemplateTextFormatter("{Message}", CultureInfo.InvariantCulture);
        using var queue = new LogQueue(OutputTo(new RedirectedConsole(formatter, console)), console, _clock);
        using var logger = new LoggerConfiguration().WriteTo.Sink(queue).CreateLogger();

        logger.Information("A line");

        await Eventually.HoldsAsync(() => console.BaseStream.Length == "A line".Length);
    }

    [Fact]
    public async Task MoreLinesThanCanBeWritten_TheLogSaysHowManyAreMissing()
    {
        using var output = new HeldOutput();
        using (var queue = new LogQueue(OutputTo(output), console: null, _clock))
        {
            using var logger = new LoggerConfiguration().WriteTo.Sink(queue).CreateLogger();
            logger.Information("The first");
            await output.IsWriting.InTime();
            for (var line = 0; line < 50_007; line++)
            {
                logger.Information("Another");
            }

            output.Release();
        }

        Assert.StartsWith("7 lines are missing here", Assert.Single(output.Warnings), StringComparison.Ordinal);
    }

    private static Logger OutputTo(ILogEventSink sink) => new LoggerConfiguration().MinimumLevel.Verbose().WriteTo.Sink(sink).CreateLogger();

    /// <summary>An output that writes nothing until it is let go.</summary>
    private sealed class HeldOutput : ILogEventSink, IDisposable
    {
        private readonly TaskCompletionSource _writing = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _released = new();

        public List<string> Warnings { get; } = [];

        public Task IsWriting => _writing.Task;

        public void Release() => _released.Set();

        public void Emit(LogEvent logEvent)
        {
            _writing.TrySetResult();
            _released.Wait(Eventually.Limit);
            if (logEvent.Level == LogEventLevel.Warning)
            {
                Warnings.Add(logEvent.RenderMessage(CultureInfo.InvariantCulture));
            }
        }

        public void Dispose() => _released.Dispose();
    }
}
