using System.Threading.Channels;
using ClaudeProxy.Hosting;
using ClaudeProxy.Tests.Support;
using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Tests.Hosting;

public sealed class ChangeWatcherTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("watched-").FullName;
    private readonly Channel<bool> _calls = Channel.CreateUnbounded<bool>();
    private readonly CollectingLoggerProvider _log = new();
    private readonly List<ChangeWatcher> _watchers = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var watcher in _watchers)
        {
            await watcher.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task FileIsWritten_CallsBack()
    {
        await WriteAsync("config.json", "{}");
        Watch("config.json");

        await WriteAsync("config.json", "{ }");

        await CalledAsync();
    }

    [Fact]
    public async Task EditorSavesByRename_CallsBackEachTime()
    {
        await WriteAsync("config.json", "1");
        Watch("config.json");

        for (var i = 2; i < 5; i++)
        {
            await WriteAsync("config.json~", new string('x', i));
            File.Move(At("config.json~"), At("config.json"), overwrite: true);

            await CalledAsync();
        }
    }

    [Fact]
    public async Task FileIsDeletedAndComesBack_CallsBackForBoth()
    {
        await WriteAsync("config.json", "1");
        Watch("config.json");

        File.Delete(At("config.json"));
        await CalledAsync();

        await WriteAsync("config.json", "1");
        await CalledAsync();
    }

    [Fact]
    public async Task FileBehindALinkIsWritten_CallsBack()
    {
        await WriteAsync("version-1", "1");
        File.CreateSymbolicLink(At("config.json"), At("version-1"));
        Watch("config.json");

        await WriteAsync("version-1", "22");

        await CalledAsync();
    }

    [Fact]
    public async Task FolderIsMissingAndAppears_CallsBackThenAndForItsFiles()
    {
        Watch("below/plugins");

        Directory.CreateDirectory(At("below/plugins/Mine"));
        await WriteAsync("below/plugins/Mine/Mine.dll", "1");
        await CalledAsync();

        await WriteAsync("below/plugins/Mine/Mine.dll", "22");
        await CalledAsync();
    }

    [Fact]
    public async Task Change_IsFoundWithinHalfASecond()
    {
        var clock = new ObservedClock();
        Watch(clock, "below/plugins");
        Directory.CreateDirectory(At("below/plugins"));
        await WriteAsync("below/plugins/Mine.dll", "1");

        clock.Advance(TimeSpan.FromMilliseconds(250));
        await clock.NextDelayAsync().InTime();
        clock.Advance(TimeSpan.FromMilliseconds(200));

        await CalledAsync();
    }

    [Fact]
    public async Task FilesAreStillChanging_WaitsUntilTheyRestAndCallsOnce()
    {
        var clock = new ObservedClock();
        Watch(clock, ".");
        await WriteAsync("Mine.dll", "");
        clock.Advance(TimeSpan.FromMilliseconds(250));
        for (var i = 1; i < 10; i++)
        {
            Assert.Equal(TimeSpan.FromMilliseconds(200), await clock.NextDelayAsync().InTime());
            await WriteAsync("Mine.dll", new string('x', i));
            clock.Advance(TimeSpan.FromMilliseconds(200));
        }

        await clock.NextDelayAsync().InTime();
        Assert.False(_calls.Reader.TryRead(out _));
        clock.Advance(TimeSpan.FromMilliseconds(200));

        await CalledAsync();
        Assert.False(_calls.Reader.TryRead(out _));
    }

    [Fact]
    public async Task FilesChangeForEver_CallsBackAllTheSame()
    {
        var clock = new ObservedClock();
        Watch(clock, ".");
        await WriteAsync("endless.log", "");
        clock.Advance(TimeSpan.FromMilliseconds(250));
        for (var i = 1; i <= 150; i++)
        {
            await clock.NextDelayAsync().InTime();
            await WriteAsync("endless.log", new string('x', i));
            clock.Advance(TimeSpan.FromMilliseconds(200));
        }

        await CalledAsync();
    }

    [Fact]
    public async Task FileChangesDuringTheCall_CallsAgainAfterwardsAndNeverAtOnce()
    {
        var running = 0;
        var release = new SemaphoreSlim(0);
        Watch(TimeProvider.System, async cancellationToken =>
        {
            Assert.Equal(1, Interlocked.Increment(ref running));
            _calls.Writer.TryWrite(true);
            await release.WaitAsync(cancellationToken);
            Interlocked.Decrement(ref running);
        }, "config.json");
        await WriteAsync("config.json", "1");
        await CalledAsync();

        await WriteAsync("config.json", "22");
        release.Release();

        await CalledAsync();
        release.Release();
        Assert.DoesNotContain(_log.Entries, entry => entry.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task CallbackThrows_IsLoggedAndTheNextChangeIsFollowed()
    {
        Watch(TimeProvider.System, _ =>
        {
            _calls.Writer.TryWrite(true);
            throw new InvalidOperationException("out of luck");
        }, "config.json");
        await WriteAsync("config.json", "1");
        await CalledAsync();

        await WriteAsync("config.json", "22");

        await CalledAsync();
        Assert.Contains(_log.Entries, entry => entry.EventId.Name == "ChangeCallbackFailed");
    }

    [Fact]
    public async Task Watch_OtherPaths_FollowsThoseAndNotTheOldOnes()
    {
        var watcher = Watch("old.csx");
        watcher.Watch([At("new.csx")]);
        await WriteAsync("old.csx", "1");

        await WriteAsync("new.csx", "1");

        await CalledAsync();
        watcher.Watch([At("old.csx"), At("new.csx")]);
        await WriteAsync("old.csx", "22");
        await CalledAsync();
        Assert.False(_calls.Reader.TryRead(out _));
    }

    [Fact]
    public async Task DisposeAsync_DuringTheCall_CancelsItAndReturns()
    {
        var watcher = Watch(TimeProvider.System, async cancellationToken =>
        {
            _calls.Writer.TryWrite(true);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }, "config.json");
        await WriteAsync("config.json", "1");
        await CalledAsync();

        await watcher.DisposeAsync().AsTask().InTime();

        Assert.DoesNotContain(_log.Entries, entry => entry.Level >= LogLevel.Warning);
    }

    private string At(string path) => Path.GetFullPath(Path.Combine(_folder, path));

    private Task WriteAsync(string path, string text) => File.WriteAllTextAsync(At(path), text);

    private Task CalledAsync() => _calls.Reader.ReadAsync().AsTask().InTime("a callback");

    private ChangeWatcher Watch(params string[] paths) => Watch(TimeProvider.System, paths);

    private ChangeWatcher Watch(TimeProvider clock, params string[] paths) => Watch(clock, _ =>
    {
        _calls.Writer.TryWrite(true);
        return Task.CompletedTask;
    }, paths);

    private ChangeWatcher Watch(TimeProvider clock, Func<CancellationToken, Task> onChanged, params string[] paths)
    {
        var watcher = new ChangeWatcher(clock, _log.CreateLogger("watcher"), onChanged);
        _watchers.Add(watcher);
        watcher.Watch([.. paths.Select(At)]);
        return watcher;
    }
}
