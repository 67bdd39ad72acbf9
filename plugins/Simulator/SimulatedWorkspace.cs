namespace ClaudeProxy.Plugins.Simulator;

/// <summary>The unit whose accounts share one rate limit and one prompt cache. Thread-safe.</summary>
/// <param name="Id">As in <c>anthropic-workspace-id</c>.</param>
/// <param name="OrganizationId">As in <c>anthropic-organization-id</c>.</param>
/// <param name="Budget">What its accounts may use together.</param>
internal sealed record SimulatedWorkspace(string Id, string OrganizationId, RateBudget Budget)
{
    /// <summary>The prompts that its accounts have in common.</summary>
    public PromptCache Cache { get; } = new();
}
