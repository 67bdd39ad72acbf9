using ClaudeProxy.Chaos;
using ClaudeProxy.Chaos.Clients;

namespace ClaudeProxy.Tests.Chaos;

/// <summary>A chaos run is worth what its judge sees.</summary>
public sealed class JudgeTests
{
    private const string Request = "7", Hash = "0011223344556677";
    private static readonly string s_whole = Answers.Stream(Request, "3", Hash);
    private static readonly string s_half = s_whole[..(s_whole.Length / 2)];
    private static readonly string s_error = Answers.ErrorEvent("api_error", "No.");

    [Fact]
    public void OnStream_EachWayThatAnAnswerCanEnd_IsToldApart()
    {
        Assert.Equal(Verdict.Served, Judge.OnStream(s_whole, true, Request, Hash));
        Assert.Equal(Verdict.Empty, Judge.OnStream("", false, Request, Hash));
        Assert.Equal(Verdict.FailedBefore, Judge.OnStream(s_error, true, Request, Hash));
        Assert.Equal(Verdict.Cut, Judge.OnStream(s_half, false, Request, Hash));
        Assert.Equal(Verdict.Cut, Judge.OnStream($"{s_half}\n\n{s_error}", true, Request, Hash));
        Assert.Equal(Verdict.Truncated, Judge.OnStream(s_half, true, Request, Hash));
        Assert.Equal(Verdict.Doubled, Judge.OnStream(s_half + s_whole, true, Request, Hash));
        Assert.Equal(Verdict.Corrupted, Judge.OnStream(s_half + s_whole[(s_half.Length + 1)..], true, Request, Hash));
        Assert.Equal(Verdict.Corrupted, Judge.OnStream(s_half + Answers.Stream(Request, "4", Hash)[s_half.Length..], true, Request, Hash));
        Assert.Equal(Verdict.Corrupted, Judge.OnStream(s_whole, true, Request, "another body's"));
        Assert.Equal(Verdict.Corrupted, Judge.OnStream(s_whole, true, "8", Hash));
    }

    [Fact]
    public void OnStream_KeepAlivesBetweenEvents_AreNoDamage()
    {
        const string Ping = "event: ping\ndata: {\"type\": \"ping\"}\n\n";
        var second = s_whole.IndexOf("event: content_block_start", StringComparison.Ordinal);

        var verdict = Judge.OnStream($": keep-alive\n\n{Ping}{s_whole[..second]}: keep-alive\n\n{Ping}{s_whole[second..]}", true, Request, Hash);

        Assert.Equal(Verdict.Served, verdict);
    }

    [Fact]
    public void OnMessage_EachWayThatAnAnswerCanEnd_IsToldApart()
    {
        var whole = Answers.Message(Request, "3", Hash);

        Assert.Equal(Verdict.Served, Judge.OnMessage(whole, true, Request, Hash));
        Assert.Equal(Verdict.Empty, Judge.OnMessage("", false, Request, Hash));
        Assert.Equal(Verdict.FailedBefore, Judge.OnMessage(Answers.Error("api_error", "No."), true, Request, Hash));
        Assert.Equal(Verdict.Cut, Judge.OnMessage(whole[..40], false, Request, Hash));
        Assert.Equal(Verdict.Truncated, Judge.OnMessage(whole[..40], true, Request, Hash));
        Assert.Equal(Verdict.Corrupted, Judge.OnMessage(whole + whole, true, Request, Hash));
    }
}
