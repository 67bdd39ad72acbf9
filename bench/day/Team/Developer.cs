using System.Globalization;
using ClaudeProxy.Day.Plan;
using ClaudeProxy.Plugins.Simulator;

namespace ClaudeProxy.Day.Team;

/// <summary>Lives through a developer's day.</summary>
/// <param name="plan">The day.</param>
/// <param name="client">Sends the requests.</param>
/// <param name="numbers">Gives each request its number.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class Developer(DeveloperPlan plan, TeamClient client, Func<int> numbers, TimeProvider timeProvider)
{
    private readonly DateTimeOffset _begin = timeProvider.GetUtcNow();
    private int _sessions;
    private int _agents;
    private Conversation _main = null!;

    /// <summary>The key of developer <paramref name="number"/>.</summary>
    public static string KeyOf(int number) => string.Create(CultureInfo.InvariantCulture, $"team-key-{number:000}");

    /// <summary>The whole day.</summary>
    public async Task WorkAsync()
    {
        foreach (var exchange in plan.Exchanges)
        {
            var wait = _begin + exchange.At - timeProvider.GetUtcNow();
            await PauseAsync(wait);
            await ExchangeAsync(exchange);
        }
    }

    private async Task ExchangeAsync(ExchangePlan exchange)
    {
        if (exchange.Summary is { } summary)
        {
            await TurnAsync(_main, summary);
        }

        if (exchange.Beginning != Beginning.Continued)
        {
            // The session outlives the summing up.
            var session = exchange.Beginning == Beginning.New ? $"{KeyOf(plan.Number)}-{++_sessions}" : _main.Session;
            _main = new Conversation(session, null, plan.Model, plan.KeepFor, SharedPrompt.Main, (KeyOf(plan.Number), plan.OwnTokens));
        }

        var helper = exchange.Helper is { } asked ? HelpAsync(_main.Session, asked) : Task.CompletedTask;
        foreach (var (index, turn) in exchange.Turns.Index())
        {
            await TurnAsync(_main, turn);
            if (index == 0)
            {
                await Task.WhenAll(exchange.Agents.Select(agent => AgentAsync(_main.Session, agent)));
            }
        }

        await helper;
    }

    private async Task AgentAsync(string session, AgentPlan agent)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"agent-{++_agents}");
        var conversation = new Conversation(session, id, ModelNames.Sonnet, CacheControl.Usual, agent.Kind, (KeyOf(plan.Number), 300));
        await PauseAsync(agent.Start);
        foreach (var turn in agent.Turns)
        {
            await TurnAsync(conversation, turn);
        }
    }

    private async Task TurnAsync(Conversation conversation, Turn turn)
    {
        await PauseAsync(turn.Before);
        var prompt = conversation.Ask(turn);
        await client.SendAsync(new DayRequest(numbers(), KeyOf(plan.Number), conversation.Session, conversation.Agent, conversation.KeepFor, prompt, turn));
        conversation.Answer(turn);
    }

    private async Task HelpAsync(string session, Turn turn)
    {
        var blocks = turn.Asked.Select((tokens, index) => new PromptBlock((UInt128)index, tokens)).ToArray();
        var prompt = new Prompt(ModelNames.Haiku, turn.Asked.Sum(), blocks);
        await client.SendAsync(new DayRequest(numbers(), KeyOf(plan.Number), session, null, null, prompt, turn));
    }

    private Task PauseAsync(TimeSpan duration) => duration > TimeSpan.Zero ? Task.Delay(duration, timeProvider) : Task.CompletedTask;
}
