using ClaudeProxy.Abstractions;
using ClaudeProxy.Endpoint;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.AspNetCore.Http;

namespace ClaudeProxy.Tests.Endpoint;

public sealed class ClientKeysTests
{
    /// <summary>Printable ASCII, as configurations may hold it; short, so that keys are often alike.</summary>
    private static readonly Gen<string> s_key = Gen.Choose('!', '$').Select(code => (char)code).NonEmptyListOf().Select(chars => string.Concat(chars.Take(3)));

    [Fact]
    public void Check_AnyKeysAndAnyShown_AllowsExactlyThoseThatAreListed() =>
        Prop.ForAll(s_key.NonEmptyListOf().ToArbitrary(), s_key.ToArbitrary(), (keys, shown) =>
        {
            var clientKeys = new ClientKeys([.. keys.Select(key => new Secret(key))]);

            Assert.Equal(keys.Contains(shown), clientKeys.Check(new HeaderDictionary { ["x-api-key"] = shown }).IsAllowed);
            Assert.Equal(keys.Contains(shown), clientKeys.Check(new HeaderDictionary { ["authorization"] = $"bEARER {shown}" }).IsAllowed);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Check_NoKeysListed_AllowsEverybodyNamelessly()
    {
        var keys = new ClientKeys([]);

        Assert.False(keys.AreRequired);
        Assert.Equal((true, null), keys.Check(new HeaderDictionary { ["x-api-key"] = "anything" }));
    }

    [Fact]
    public void Check_EachKey_HasANameOfItsOwnThatDoesNotTellTheKey()
    {
        var keys = new ClientKeys([new Secret("first-key"), new Secret("second-key")]);

        var first = keys.Check(new HeaderDictionary { ["x-api-key"] = "first-key" }).Name;
        var second = keys.Check(new HeaderDictionary { ["x-goog-api-key"] = "second-key" }).Name;

        Assert.NotNull(first);
        Assert.NotNull(second);
        Assert.NotEqual(first, second);
        Assert.DoesNotContain("key", first + second);
    }

    [Fact]
    public void Check_NoKeyShown_AllowsNobody() => Assert.Equal((false, null), new ClientKeys([new Secret("k")]).Check(new HeaderDictionary()));
}
