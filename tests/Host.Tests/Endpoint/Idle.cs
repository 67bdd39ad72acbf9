using ClaudeProxy.Tests.EndToEnd;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Endpoint;

/// <summary>Waits until a proxy has given back all that requests took.</summary>
internal static class Idle
{
    /// <summary>Waits until no body is held.</summary>
    public static Task BodiesAreReleasedAsync(ProxyHarness proxy) => WaitAsync(proxy, "body_memory_used");

    /// <summary>Waits until no request is in flight, no account is in use and no body is held.</summary>
    public static async Task EverythingIsReleasedAsync(ProxyHarness proxy)
    {
        await WaitAsync(proxy, "requests_in_flight");
        await WaitAsync(proxy, "body_memory_used");
        foreach (var account in (await proxy.StatusAsync()).GetProperty("accounts").EnumerateArray())
        {
            Assert.Equal(0, account.GetProperty("in_flight").GetInt32());
        }
    }

    private static async Task WaitAsync(ProxyHarness proxy, string number)
    {
        var started = TimeProvider.System.GetTimestamp();
        while ((await proxy.StatusAsync()).GetProperty(number).GetInt64() != 0)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Eventually.Limit, $"{number} of /status did not become 0.");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }
}
