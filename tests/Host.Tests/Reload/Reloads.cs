using System.Runtime.Loader;
using System.Text.Json;
using System.Text.Json.Nodes;
using ClaudeProxy.Tests.EndToEnd;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Reload;

/// <summary>What the tests of reloading do with a running proxy.</summary>
internal static class Reloads
{
    /// <summary>Writes a file below the configuration's folder, over what may be there.</summary>
    /// <returns>Its full path.</returns>
    public static string Write(this ProxyHarness proxy, string path, string content)
    {
        var full = Path.Combine(proxy.Folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, content);
        return full;
    }

    /// <summary>Makes a change, and waits until the proxy has taken it over by itself.</summary>
    public static async Task ReloadedAsync(this ProxyHarness proxy, Action change)
    {
        var before = proxy.Logs.Of("Reloaded").Count;
        change();
        await Eventually.HoldsAsync(() => proxy.Logs.Of("Reloaded").Count > before);
    }

    /// <summary>Makes a change, and waits until the proxy has refused it.</summary>
    /// <returns>What the log says to it.</returns>
    public static async Task<string> RefusedAsync(this ProxyHarness proxy, Action change)
    {
        var before = proxy.Logs.Of("ReloadRefused").Count;
        change();
        await Eventually.HoldsAsync(() => proxy.Logs.Of("ReloadRefused").Count > before);
        return proxy.Logs.Of("ReloadRefused")[before].Message;
    }

    /// <summary>The messages of one event so far.</summary>
    public static IReadOnlyList<LogEntry> Of(this CollectingLoggerProvider logs, string eventName) =>
        [.. logs.Entries.Where(entry => entry.EventId.Name == eventName)];

    /// <summary>Sends so many requests, one after the other, and says by which accounts they were served.</summary>
    public static async Task<string> ServedByAsync(this ProxyHarness proxy, int requests = 1)
    {
        var accounts = new List<string>();
        for (var i = 0; i < requests; i++)
        {
            using var response = await proxy.PostMessageAsync();
            accounts.Add(ServedBy(await response.Content.ReadAsStringAsync().InTime()));
        }

        return string.Join(' ', accounts);
    }

    /// <summary>The account that wrote an answer of <see cref="FakeUpstream"/>, or the answer itself.</summary>
    public static string ServedBy(string answer) =>
        answer.StartsWith("{\"served_by\"", StringComparison.Ordinal)
            ? JsonElement.Parse(answer).GetProperty("served_by").GetString()!.Replace("token-", "", StringComparison.Ordinal)
            : answer;

    /// <summary>The sentences of <c>last_reload</c> in <c>/status</c>.</summary>
    public static async Task<string[]> LastFaultsAsync(this ProxyHarness proxy) =>
        [.. (await proxy.StatusAsync()).GetProperty("last_reload").GetProperty("faults").EnumerateArray().Select(fault => fault.GetString()!)];

    /// <summary>A configuration with one setting more.</summary>
    public static JsonObject With(this JsonObject config, string key, JsonNode? value)
    {
        config[key] = value;
        return config;
    }

    /// <summary>How many load contexts whose name ends so are still in memory, after all that can go has gone.</summary>
    public static int LoadedContexts(string nameEnd)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return AssemblyLoadContext.All.Count(context => context.Name?.EndsWith(nameEnd, StringComparison.Ordinal) == true);
    }
}
