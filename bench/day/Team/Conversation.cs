using ClaudeProxy.Day.Plan;
using ClaudeProxy.Plugins.Simulator;

namespace ClaudeProxy.Day.Team;

/// <summary>A conversation as its client keeps it: it grows, and asks for the cache where Claude Code does. Not thread-safe.</summary>
internal sealed class Conversation
{
    /// <summary>What is in no block.</summary>
    private const int FramingTokens = 4;

    private readonly List<PromptBlock> _blocks;
    private readonly int _sharedEnd;
    private readonly int _systemEnd;
    private readonly string _name;
    private int _lastAsked;

    /// <summary>Begins with what it shares with others, and with what is particular in its system prompt.</summary>
    /// <param name="session">The session, as in <c>x-claude-code-session-id</c>.</param>
    /// <param name="agent">The sub-agent, or <see langword="null"/>.</param>
    /// <param name="model">The model.</param>
    /// <param name="keepFor">How long the cache is asked to keep it.</param>
    /// <param name="kind">What it shares.</param>
    /// <param name="own">What is particular in its system prompt, and how long that is.</param>
    public Conversation(string session, string? agent, string model, TimeSpan keepFor, int kind, (string Name, int Tokens) own)
    {
        (Session, Agent, Model, KeepFor) = (session, agent, model, keepFor);
        _name = $"{session} {agent}";
        _blocks = [.. SharedPrompt.Of(kind)];
        _sharedEnd = _blocks.Count - 1;
        _blocks.Add(new PromptBlock(ContentHash.Of($"own {kind} {own.Name}"), own.Tokens));
        _systemEnd = _blocks.Count - 1;
        _lastAsked = _systemEnd;
    }

    /// <summary>The session.</summary>
    public string Session { get; }

    /// <summary>The sub-agent, or <see langword="null"/>.</summary>
    public string? Agent { get; }

    /// <summary>The model.</summary>
    public string Model { get; }

    /// <summary>How long the cache is asked to keep it.</summary>
    public TimeSpan KeepFor { get; }

    /// <summary>Adds what <paramref name="turn"/> asks; gives the whole prompt. Breakpoints are at the end of what is shared, of the system prompt, of
    /// what was asked last, and of what is asked now.</summary>
    public Prompt Ask(Turn turn)
    {
        Add(turn.Asked);
        var blocks = _blocks.ToArray();
        foreach (var index in (ReadOnlySpan<int>)[_sharedEnd, _systemEnd, _lastAsked, blocks.Length - 1])
        {
            blocks[index] = blocks[index] with { KeepFor = KeepFor };
        }

        _lastAsked = blocks.Length - 1;
        return new Prompt(Model, blocks.Sum(block => block.Tokens) + FramingTokens, blocks);
    }

    /// <summary>Adds the answer.</summary>
    public void Answer(Turn turn) => Add(turn.Answered);

    private void Add(IReadOnlyList<int> blocks)
    {
        foreach (var tokens in blocks)
        {
            _blocks.Add(new PromptBlock(ContentHash.Of($"{_name} {_blocks.Count}"), tokens));
        }
    }
}
