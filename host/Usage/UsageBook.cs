namespace ClaudeProxy.Usage;

/// <summary>What answers told of tokens and prompt caches since the program started, but for what is told of accounts, which is with them. Lives beside
/// the generations, so that a reload forgets nothing. Thread-safe.</summary>
internal sealed class UsageBook
{
    private const int MostModels = 100, MostClients = 1000;

    /// <summary>Of all.</summary>
    public Tally Total { get; } = new();

    /// <summary>By the model that the client named.</summary>
    public TallyTable Models { get; } = new(MostModels);

    /// <summary>By the short name of the client's key.</summary>
    public TallyTable Clients { get; } = new(MostClients);

    /// <summary>What is cached where.</summary>
    public ConversationMemory Conversations { get; } = new();

    /// <summary>Counts the answer to a request.</summary>
    /// <param name="facts">The request.</param>
    /// <param name="ofAccount">The tally of the account that answered.</param>
    /// <param name="usage">The answer's tokens.</param>
    /// <param name="lostByMove">If it moved its conversation: the tokens that it wrote again.</param>
    public void Add(RequestFacts facts, Tally ofAccount, in TokenUsage usage, long? lostByMove)
    {
        Total.Add(usage, lostByMove);
        ofAccount.Add(usage, lostByMove);
        if (facts.Model is { } model)
        {
            Models.Of(model).Add(usage, lostByMove);
        }

        if (facts.Client is { } client)
        {
            Clients.Of(client).Add(usage, lostByMove);
        }
    }
}
