using System.Net;
using System.Text.Json;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Simulator;

/// <summary>The prompt cache as a client sees it.</summary>
public sealed class PromptCachingTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task Conversation_GrowsTurnByTurn_ReadsWhatItWroteBefore()
    {
        await using var simulation = await Simulation.StartAsync(timeProvider: _clock);
        var chat = new Chat("a");

        var first = await CachedUsage.OfAsync(simulation, chat.Say().Body());
        var second = await CachedUsage.OfAsync(simulation, chat.Say().Body());
        var third = await CachedUsage.OfAsync(simulation, chat.Say().Body());

        Assert.Equal(0, first.Read);
        Assert.True(first.Written > 2000, $"{first}");
        Assert.Equal(first.Written, second.Read);
        Assert.InRange(second.Written, 1, 100);
        Assert.Equal(second.Read + second.Written, third.Read);
        Assert.Equal(third.Written, third.Written5m);
    }

    [Fact]
    public async Task Conversation_NobodyAsksForTheCache_NothingIsCached()
    {
        await using var simulation = await Simulation.StartAsync(timeProvider: _clock);
        var body = new Chat("a").Say().Body(marked: false);

        await CachedUsage.OfAsync(simulation, body);
        var again = await CachedUsage.OfAsync(simulation, body);

        Assert.Equal((body.Length + 3) / 4, again.Input);
        Assert.Equal(again.Input, again.Prompt);
    }

    [Fact]
    public async Task Conversation_AskedForAsAWhole_IsCachedUpToItsLastBlock()
    {
        await using var simulation = await Simulation.StartAsync(timeProvider: _clock);
        var chat = new Chat("a");

        var first = await CachedUsage.OfAsync(simulation, chat.Say().Body(marked: false, automatic: true));
        var second = await CachedUsage.OfAsync(simulation, chat.Say().Body(marked: false, automatic: true));

        Assert.True(first.Written > 2000, $"{first}");
        Assert.Equal(first.Written, second.Read);
    }

    [Theory]
    [InlineData("5m", 5)]
    [InlineData("1h", 60)]
    public async Task Conversation_PausesForLongerThanItIsKept_IsWrittenAgain(string ttl, int minutes)
    {
        await using var simulation = await Simulation.StartAsync(timeProvider: _clock);
        var chat = new Chat("a", ttl: ttl);
        var first = await CachedUsage.OfAsync(simulation, chat.Say().Body());

        _clock.Advance(TimeSpan.FromMinutes(minutes) - TimeSpan.FromSeconds(1));
        var inTime = await CachedUsage.OfAsync(simulation, chat.Say().Body());
        _clock.Advance(TimeSpan.FromMinutes(minutes) - TimeSpan.FromSeconds(1));
        var prolonged = await CachedUsage.OfAsync(simulation, chat.Say().Body());
        _clock.Advance(TimeSpan.FromMinutes(minutes));
        var tooLate = await CachedUsage.OfAsync(simulation, chat.Say().Body());

        Assert.Equal(first.Written, inTime.Read);
        Assert.Equal(inTime.Read + inTime.Written, prolonged.Read);
        Assert.Equal(0, tooLate.Read);
        Assert.True(tooLate.Written > prolonged.Read, $"{tooLate}");
        Assert.Equal(tooLate.Written, ttl == "1h" ? tooLate.Written1h : tooLate.Written5m);
    }

    [Fact]
    public async Task Conversation_OtherKeyOfTheWorkspace_SharesItsCache()
    {
        await using var simulation = await Simulation.StartAsync(timeProvider: _clock);
        var chat = new Chat("a");
        var first = await CachedUsage.OfAsync(simulation, chat.Say().Body());

        var second = await CachedUsage.OfAsync(simulation, chat.Say().Body(), "token-sim-2");

        Assert.Equal(first.Written, second.Read);
    }

    [Fact]
    public async Task Conversation_OtherWorkspace_IsWrittenAgain()
    {
        await using var simulation = await Simulation.StartAsync(timeProvider: _clock);
        var chat = new Chat("a");
        await CachedUsage.OfAsync(simulation, chat.Say().Body());

        var elsewhere = await CachedUsage.OfAsync(simulation, chat.Say().Body(), "token-sim-3");

        Assert.Equal(0, elsewhere.Read);
        Assert.True(elsewhere.Written > 2000, $"{elsewhere}");
    }

    [Fact]
    public async Task Conversation_AnotherOneWithTheSameSystemPrompt_ReadsThatAlone()
    {
        await using var simulation = await Simulation.StartAsync(timeProvider: _clock);
        var first = await CachedUsage.OfAsync(simulation, new Chat("a").Say(times: 30).Body());

        var other = await CachedUsage.OfAsync(simulation, new Chat("b").Say(times: 30).Body());

        Assert.InRange(other.Read, 2000, first.Written - 200);
    }

    [Fact]
    public async Task Conversation_OtherModel_IsWrittenAgain()
    {
        await using var simulation = await Simulation.StartAsync(timeProvider: _clock);
        await CachedUsage.OfAsync(simulation, new Chat("a").Say().Body());

        var other = await CachedUsage.OfAsync(simulation, new Chat("a", "claude-opus-5-5").Say().Body());

        Assert.Equal(0, other.Read);
    }

    [Theory]
    [InlineData("claude-sonnet-5-5", true)]
    [InlineData("claude-opus-4-7", false)]
    public async Task Conversation_ShorterThanTheModelsMinimum_IsNotCached(string model, bool isCached)
    {
        await using var simulation = await Simulation.StartAsync(timeProvider: _clock);

        var usage = await CachedUsage.OfAsync(simulation, new Chat("a", model, wordsOfSystem: 1200).Say().Body());

        Assert.Equal(isCached, usage.Written > 0);
    }

    [Theory]
    [InlineData(9, true)]
    [InlineData(10, false)]
    public async Task Conversation_MoreThanTwentyBlocksSinceItWasCached_IsNotFoundAgain(int turns, bool isFound)
    {
        await using var simulation = await Simulation.StartAsync(timeProvider: _clock);
        var chat = new Chat("a");
        var first = await CachedUsage.OfAsync(simulation, chat.Say(times: 30).Body());

        var later = await CachedUsage.OfAsync(simulation, chat.Say(times: turns).Body());

        // What is left is the system prompt, which has a breakpoint of its own.
        Assert.Equal(isFound, later.Read == first.Written);
        Assert.True(later.Read > 2000, $"{later}");
    }

    [Fact]
    public async Task Conversation_FirstRequestsAtOnce_AllWriteBecauseNoneHasBegunToBeAnswered()
    {
        await using var simulation = await Simulation.StartAsync(timeProvider: _clock);
        simulation.First.Pace = simulation.First.Pace with { FirstByte = TimeSpan.FromSeconds(2) };
        var body = new Chat("a").Say().Body();

        var both = Task.WhenAll(CachedUsage.OfAsync(simulation, body), CachedUsage.OfAsync(simulation, body));
        await Eventually.HoldsAsync(() => _clock.PendingTimers == 2);
        await _clock.AdvanceUntilAsync(both, TimeSpan.FromSeconds(1));
        simulation.First.Pace = simulation.First.Pace with { FirstByte = TimeSpan.Zero };
        var after = await CachedUsage.OfAsync(simulation, body);

        Assert.All(await both, usage => Assert.True(usage is { Read: 0, Written: > 2000 }, $"{usage}"));
        Assert.True(after is { Written: 0, Read: > 2000 }, $"{after}");
    }

    [Fact]
    public async Task Conversation_AnsweredWithAnError_LeavesNothingInTheCache()
    {
        await using var simulation = await Simulation.StartAsync(timeProvider: _clock);
        var body = new Chat("a").Say().Body();
        using var failed = await simulation.PostAsync(body, fault: "529");

        var usage = await CachedUsage.OfAsync(simulation, body);

        Assert.Equal(0, usage.Read);
    }

    [Fact]
    public async Task Stream_OfACachedPrompt_TellsItsUsageAtBothEnds()
    {
        await using var simulation = await Simulation.StartAsync(timeProvider: _clock);
        var chat = new Chat("a");
        var first = await CachedUsage.OfAsync(simulation, chat.Say().Body());

        using var response = await simulation.PostAsync(chat.Say().Body(stream: true));
        var events = await response.ReadEventsAsync();

        var start = CachedUsage.Of(JsonElement.Parse(events[0].Data).GetProperty("message").GetProperty("usage"));
        var end = CachedUsage.Of(JsonElement.Parse(events[^2].Data).GetProperty("usage"));
        Assert.Equal(first.Written, start.Read);
        Assert.Equal(start, end);
    }

    [Fact]
    public async Task Budget_ReadsFromTheCache_DoNotCount()
    {
        await using var simulation = await Simulation.StartAsync(timeProvider: _clock, inputTokensPerMinute: 3000);
        var chat = new Chat("a");
        var first = await CachedUsage.OfAsync(simulation, chat.Say().Body());

        using var warm = await simulation.PostAsync(chat.Say().Body());
        using var cold = await simulation.PostAsync(new Chat("b", ttl: "1h", wordsOfSystem: 2400).Say().Body());

        Assert.True(first.Written > 2000, $"{first}");
        Assert.Equal(HttpStatusCode.OK, warm.StatusCode);
        Assert.Equal("3000", warm.Header("anthropic-ratelimit-input-tokens-limit"));
        Assert.InRange(int.Parse(warm.Header("anthropic-ratelimit-input-tokens-remaining")), 1, 999);
        Assert.Equal(HttpStatusCode.TooManyRequests, cold.StatusCode);
        Assert.InRange(int.Parse(cold.Header("retry-after")), 20, 60);
    }

    [Theory]
    [InlineData("""{"type":"forever"}""", "cache_control: ")]
    [InlineData("""{"type":"ephemeral","ttl":"1d"}""", "cache_control.ephemeral.ttl: ")]
    public async Task CacheControl_Wrong_IsRefusedAsTheApiDoes(string control, string message)
    {
        await using var simulation = await Simulation.StartAsync();

        using var response = await simulation.PostAsync(
            $$"""{"model":"claude-x","max_tokens":1,"cache_control":{{control}},"messages":[{"role":"user","content":"Hi"}]}""");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.StartsWith(message, (await response.ReadJsonAsync()).ErrorMessage());
    }

    [Fact]
    public async Task CacheControl_OnFiveBlocks_IsRefusedAsTheApiDoes()
    {
        await using var simulation = await Simulation.StartAsync();
        var block = """{"type":"text","text":"Hi","cache_control":{"type":"ephemeral"}}""";

        using var response = await simulation.PostAsync(
            $$"""{"model":"claude-x","max_tokens":1,"messages":[{"role":"user","content":[{{string.Join(',', Enumerable.Repeat(block, 5))}}]}]}""");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("maximum of 4 blocks", (await response.ReadJsonAsync()).ErrorMessage());
    }
}
