using ClaudeProxy.Plugins.Simulator;

namespace ClaudeProxy.Day.Upstreams;

/// <summary>A time in which an account, or all accounts of a workspace, answer with an error.</summary>
/// <param name="Strikes">Whom it befalls.</param>
/// <param name="Status">The error's status.</param>
/// <param name="From">When it begins.</param>
/// <param name="Until">When it is over.</param>
internal sealed record Outage(Predicate<DayAccount> Strikes, int Status, DateTimeOffset From, DateTimeOffset Until)
{
    /// <summary>The error of <paramref name="account"/> at that time, or <see langword="null"/>.</summary>
    public ApiException? ErrorOf(DayAccount account, DateTimeOffset now) =>
        now >= From && now < Until && Strikes(account) ? ApiErrors.OfStatus(Status) : null;
}
