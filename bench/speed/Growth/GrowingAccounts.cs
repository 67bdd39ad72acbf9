using ClaudeProxy.Speed.Cases;

namespace ClaudeProxy.Speed.Growth;

/// <summary>Small requests, served by more and more accounts.</summary>
internal sealed class GrowingAccounts(int accounts) : ICase
{
    /// <inheritdoc />
    public char Letter => 'x';

    /// <inheritdoc />
    public string Title => accounts == 1 ? "1 account" : $"{accounts:#,0} accounts";

    /// <inheritdoc />
    public async Task<Measurement> MeasureAsync(Workbench workbench, string candidate, CancellationToken cancellationToken)
    {
        var wanted = workbench.Usual with { Accounts = [.. Enumerable.Repeat(workbench.Upstream.Port, accounts)] };
        await using var subject = await workbench.StartAsync(candidate, wanted, cancellationToken);
        return await SmallPosts.MeasureAsync(workbench, subject, cancellationToken);
    }
}
