namespace ClaudeProxy.Tests.Configuration;

public sealed class VariableTests
{
    [Theory]
    [InlineData("${KEY}", "value")]
    [InlineData("a-${KEY}-${KEY}", "a-value-value")]
    [InlineData("${KEY:-other}", "value")]
    [InlineData("${NONE:-other}", "other")]
    [InlineData("${EMPTY:-other}", "other")]
    [InlineData("${NONE:-}", "")]
    [InlineData("$${KEY}", "${KEY}")]
    [InlineData("$KEY}", "$KEY}")]
    public void Read_TextWithVariable_IsFilledIn(string text, string filled)
    {
        using var folder = WithToken(text);

        Assert.Equal(filled, folder.Read().Servers[0].Token.Reveal());
    }

    [Theory]
    [InlineData("${NONE}", "servers[0].token reads ${NONE}, but the environment variable NONE is not set; set it, or write ${NONE:-default}.")]
    [InlineData("${EMPTY}", "servers[0].token reads ${EMPTY}, but the environment variable EMPTY is not set; set it, or write ${EMPTY:-default}.")]
    [InlineData("${KEY", "servers[0].token has a \"${\" that begins neither ${NAME} nor ${NAME:-default}; write \"$${\" for the characters themselves.")]
    [InlineData("${}", "servers[0].token has a \"${\" that begins neither ${NAME} nor ${NAME:-default}; write \"$${\" for the characters themselves.")]
    public void Read_VariableThatCannotBeRead_IsAFault(string text, string fault)
    {
        using var folder = WithToken(text);

        Assert.Equal([$"config.json: {fault}"], folder.Faults());
    }

    [Fact]
    public void Read_VariableWithAValueThatBreaksTheRule_ShowsWhatTheFileSays()
    {
        using var folder = new ConfigFolder("""
            { "port": "${SECRET}", "logging": { "level": "${SECRET}" }, "host": "${SECRET}", "algorithm": "${SECRET}.csx", "servers": [{ "url": "${SECRET}" }] }
            """);
        folder.Environment["SECRET"] = "hidden";

        var faults = folder.Faults();

        Assert.Equal(5, faults.Count);
        Assert.Contains("config.json: port is \"${SECRET}\"; it must be a number from 0 to 65535.", faults);
        Assert.DoesNotContain(faults, fault => fault.Contains("hidden", StringComparison.Ordinal));
    }

    private static ConfigFolder WithToken(string token) => new($$"""{ "servers": [{ "url": "http://a", "token": "{{token}}" }] }""")
    {
        Environment = { ["KEY"] = "value", ["EMPTY"] = "" },
    };
}
