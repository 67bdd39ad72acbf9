namespace ClaudeProxy.Tests.Configuration;

public sealed class ServerNameTests
{
    [Fact]
    public void Read_ServersWithoutNames_AreNamedByHostAndHash()
    {
        var first = NamesOf("""{ "url": "https://api.anthropic.com", "token": "secret-1" }, { "url": "https://api.anthropic.com", "token": "secret-2" }""");
        var again = NamesOf("""{ "url": "https://api.anthropic.com/", "token": "secret-1", "weight": 9 }""");

        Assert.All(first, name => Assert.Matches("^api\\.anthropic\\.com-[0-9a-f]{8}$", name));
        Assert.Equal(2, first.Distinct().Count());
        Assert.Equal(first[0], again[0]);
    }

    [Fact]
    public void Read_ServersThatAreAlike_AreToldApartByNumber()
    {
        var names = NamesOf("""{ "url": "http://a" }, { "url": "http://a" }, { "url": "http://a" }""");

        Assert.Equal([names[0], $"{names[0]}-2", $"{names[0]}-3"], names);
    }

    [Fact]
    public void Read_NameThatAnotherServerWouldBeGiven_IsLeftToTheOneThatClaimsIt()
    {
        var given = NamesOf("""{ "url": "http://a" }""")[0];

        var names = NamesOf($$"""{ "url": "http://a" }, { "url": "http://b", "name": "{{given}}" }""");

        Assert.Equal([$"{given}-2", given], names);
    }

    private static string[] NamesOf(string servers) =>
        [.. ConfigFolder.Read($$"""{ "servers": [{{servers}}] }""").Servers.Select(server => server.Name)];
}
