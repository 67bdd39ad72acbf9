using ClaudeProxy.Abstractions;
using ClaudeProxy.Endpoint;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.AspNetCore.Http;

namespace ClaudeProxy.Tests.Endpoint;

public sealed class ClientKeysTests
{
    private const string Target = "/v1/messages";

    /// <summary>Printable ASCII, as configurations may hold it; short, so that keys are often alike.</summary>
    private static readonly Gen<string> s_key = Gen.Choose('!', '$').Select(code => (char)code).NonEmptyListOf().Select(chars => string.Concat(chars.Take(3)));

    [Fact]
    public void Check_AnyKeysAndAnyShown_AllowsExactlyThoseThatAreListed() =>
        Prop.ForAll(s_key.NonEmptyListOf().ToArbitrary(), s_key.ToArbitrary(), (keys, shown) =>
        {
            var clientKeys = new ClientKeys([.. keys.Select(key => new Secret(key))], isRelay: false);

            Assert.Equal(keys.Contains(shown), clientKeys.Check(new HeaderDictionary { ["x-api-key"] = shown }, Target).IsAllowed);
            Assert.Equal(keys.Contains(shown), clientKeys.Check(new HeaderDictionary { ["authorization"] = $"bEARER {shown}" }, Target).IsAllowed);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Check_NoKeysListed_AllowsEverybodyNamelessly()
    {
        var keys = new ClientKeys([], isRelay: false);

        Assert.False(keys.AreRequired);
        Assert.Equal((true, null), keys.Check(new HeaderDictionary { ["x-api-key"] = "anything" }, Target));
    }

    [Fact]
    public void Check_EachKey_HasANameOfItsOwnThatDoesNotTellTheKey()
    {
        var keys = new ClientKeys([new Secret("first-key"), new Secret("second-key")], isRelay: false);

        var first = keys.Check(new HeaderDictionary { ["x-api-key"] = "first-key" }, Target).Name;
        var second = keys.Check(new HeaderDictionary { ["x-goog-api-key"] = "second-key" }, Target).Name;

        Assert.NotNull(first);
        Assert.NotNull(second);
        Assert.NotEqual(first, second);
        Assert.DoesNotContain("key", first + second);
    }

    [Fact]
    public void Check_NoKeyShown_AllowsNobody() => Assert.Equal((false, null), new ClientKeys([new Secret("k")], isRelay: false).Check(new HeaderDictionary(), Target));
}
