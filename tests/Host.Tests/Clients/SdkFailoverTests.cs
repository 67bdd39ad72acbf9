using ClaudeProxy.Endpoint;
using ClaudeProxy.Plugins.Simulator;
using ClaudeProxy.Tests.Reload;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Clients;

/// <summary>The official SDKs see only success, and send only one request, while the first account fails in every way.</summary>
public sealed class SdkFailoverTests
{
    private const string Expected = "Hello from sim-2, a simulated account. You said: “Hi”.";

    /// <summary>Every way in which the first account fails, in one piece and as stream.</summary>
    public static TheoryData<string, bool> Faults()
    {
        var data = new TheoryData<string, bool>();
        foreach (var fault in new[] { "500", "429; retry_after=30", "529", "refuse; for=60s", "reset", "error_event" })
        {
            data.Add(fault, false);
            data.Add(fault, true);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task FirstAccountFails_CSharpSdkSeesOnlySuccess(string fault, bool isStream)
    {
        await using var pool = await SdkPool.StartAsync(FaultText.Parse(fault));
        using var client = pool.CSharpSdk();

        var text = isStream ? await StreamAsync() : await WholeAsync();

        Assert.Equal(Expected, text);
        await AssertOneRequestAsync(pool);

        async Task<string> WholeAsync()
        {
            var message = await client.Messages.Create(SdkPool.Question()).InTime();
            Assert.True(message.Content[0].TryPickText(out var block));
            return block.Text;
        }

        async Task<string> StreamAsync()
        {
            var (streamed, ended) = ("", false);
            await foreach (var item in client.Messages.CreateStreaming(SdkPool.Question()))
            {
                streamed += item.TryPickContentBlockDelta(out var delta) && delta.Delta.TryPickText(out var part) ? part.Text : "";
                ended |= item.TryPickStop(out _);
            }

            Assert.True(ended);
            return streamed;
        }
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task FirstAccountFails_NpmSdkSeesOnlySuccess(string fault, bool isStream)
    {
        await using var pool = await SdkPool.StartAsync(FaultText.Parse(fault));

        var seen = await NodeScript.RunAsync("messages.mjs", pool.Proxy.Address.ToString(), "any", isStream ? "stream" : "whole", "Hi");

        Assert.Equal(Expected, seen.GetProperty("text").GetString());
        Assert.Equal("end_turn", seen.GetProperty("stopReason").GetString());
        Assert.Equal(1, seen.GetProperty("requests").GetInt32());
        await AssertOneRequestAsync(pool);
    }

    private static async Task AssertOneRequestAsync(SdkPool pool)
    {
        // The line is written when the client has its answer already.
        await Eventually.HoldsAsync(() => Lines().Length > 0);
        var line = Assert.Single(Lines());
        Assert.Equal("RequestServed", line.EventId.Name);
        Assert.Equal("sim-2", line.Value("AccountId"));
        Assert.NotEmpty(pool.Proxy.Logs.Of("FailingOver"));

        LogEntry[] Lines() => [.. pool.Proxy.Logs.Entries.Where(entry => entry.Category == typeof(ProxyEndpoint).FullName && entry.EventId.Name != "RequestArrived")];
    }
}
