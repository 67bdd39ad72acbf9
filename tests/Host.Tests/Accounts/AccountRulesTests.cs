using ClaudeProxy.Abstractions;
using ClaudeProxy.Accounts;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Accounts;

public sealed class AccountRulesTests
{
    public static TheoryData<Account, string> Faults => new()
    {
        { Some.Account("a\nb"), "account 1 ('ab') has no id, or one with a control character" },
        { Some.Account("b", new Uri("ftp://127.0.0.1")), "account 1 ('b') has no http or https address as upstream" },
        { Some.Account("b", new Uri("http://user:secret@127.0.0.1")), "account 1 ('b') has an upstream with user, query or fragment" },
        { Some.Account("b") with { Weight = 0 }, "account 1 ('b') has a weight below 1" },
        { Some.Account("b") with { Priority = -1 }, "account 1 ('b') has a priority below 0" },
        { Some.Account("b") with { Models = null! }, "account 1 ('b') has models that are null" },
        { Some.Account("a"), "account 1 has the id 'a' of another one; ids must be unique" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Check_AccountThatCannotBeUsed_SaysWhichAndWhyAndNoSecret(Account account, string sentence)
    {
        var exception = Assert.Throws<InvalidDataException>(() => AccountRules.Check([Some.Account("a"), account]));

        Assert.Equal(sentence, exception.Message);
        Assert.DoesNotContain("secret", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_ListsOfTheSource_AreCopied()
    {
        var models = new List<string> { "claude-*" };

        var kept = AccountRules.Check([Some.Account("a") with { Models = models }]);
        models.Clear();

        Assert.Equal(["claude-*"], kept[0].Models);
    }
}
