using ClaudeProxy.Plugins.Simulator;

namespace ClaudeProxy.Tests.Simulator;

public sealed class FaultTextTests
{
    [Fact]
    public void Parse_EachKind_GivesItsFault()
    {
        Assert.Equal(new SimulatedFault.Status(529), FaultText.Parse("529"));
        Assert.Equal(
            new SimulatedFault.Status(429, "odd_error", "No more", "30", ShouldRetry: false) { Account = "sim-1" },
            FaultText.Parse(" 429; type=odd_error;message=No more; retry_after=30; should_retry=false; account=sim-1 "));
        Assert.Equal(new SimulatedFault.Reset(), FaultText.Parse("reset"));
        Assert.Equal(new SimulatedFault.Hang(), FaultText.Parse("hang"));
        Assert.Equal(new SimulatedFault.Refuse(TimeSpan.FromMinutes(2)), FaultText.Parse("refuse; for=2m"));
        Assert.Equal(new SimulatedFault.ErrorEvent("api_error", "Oh"), FaultText.Parse("error_event; type=api_error; message=Oh"));
        Assert.Equal(new SimulatedFault.Cut(7), FaultText.Parse("cut; after=7"));
        Assert.Equal(new SimulatedFault.EndEarly(0), FaultText.Parse("end_early; after=0"));
        Assert.Equal(new SimulatedFault.PingsOnly(1), FaultText.Parse("pings; after=1"));
        Assert.Equal(new SimulatedFault.Oversized(1000), FaultText.Parse("oversized; bytes=1000"));
    }

    [Theory]
    [InlineData("", "'' is no fault; it must be a status from 400 to 599, reset, hang,")]
    [InlineData("200", "'200' is no fault")]
    [InlineData("explode", "'explode' is no fault")]
    [InlineData("cut; after=-1", "after is '-1'; it must be a whole number")]
    [InlineData("refuse; for=soon", "for is 'soon'; it must be a duration")]
    [InlineData("500; should_retry=maybe", "should_retry is 'maybe'; it must be true or false")]
    [InlineData("reset; after=3", "'after=3' means nothing to the fault reset")]
    public void Parse_NoFault_SaysWhatWouldBe(string text, string message)
    {
        var exception = Assert.Throws<FormatException>(() => FaultText.Parse(text));

        Assert.Contains(message, exception.Message);
    }
}
