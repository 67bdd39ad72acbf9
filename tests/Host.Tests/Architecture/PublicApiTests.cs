using ClaudeProxy.Abstractions;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Architecture;

/// <summary>What plugins are built on changes only on purpose, and its version with it.</summary>
public sealed class PublicApiTests
{
    [Fact]
    public async Task Contract_IsTheApprovedOne()
    {
        var folder = Path.Combine(Repository.Root, "tests", "Host.Tests", "Architecture");
        var approved = await File.ReadAllTextAsync(Path.Combine(folder, "PublicApi.approved.txt"));

        var received = PublicApi.Describe(typeof(IPlugin).Assembly);

        if (approved != received)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "PublicApi.received.txt"), received);
        }

        Assert.True(approved == received, "The contract differs from PublicApi.approved.txt. If that is meant, raise AssemblyVersion in "
            + "abstractions (minor when the contract grew, major when it broke) and rename PublicApi.received.txt to PublicApi.approved.txt.");
    }
}
