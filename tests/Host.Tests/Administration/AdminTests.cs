using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using ClaudeProxy.Abstractions;
using ClaudeProxy.Administration;
using ClaudeProxy.Tests.EndToEnd;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Administration;

public sealed class AdminTests
{
    private const string OperatorsKey = "the-operators-own-key";

    [Theory]
    [InlineData(null)]
    [InlineData("x-api-key: client-key")]
    [InlineData("authorization: Bearer client-key")]
    [InlineData("x-api-key: 0000000000000000000000000000000000000000000000000000000000000000")]
    public async Task Admin_WithoutAnAdminKey_IsRefusedEvenFromLoopback(string? header)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var config = ProxyHarness.Config(upstream, "a");
        (config["auth"], config["auth_keys"], config["admin_keys"]) = (true, new JsonArray("client-key"), new JsonArray(OperatorsKey));
        await using var proxy = await ProxyHarness.StartAsync(config);

        using var disable = await AskAsync(proxy, HttpMethod.Post, "/admin/accounts/a/disable", header);
        using var decisions = await AskAsync(proxy, HttpMethod.Get, "/admin/decisions", header);
        using var status = await AskAsync(proxy, HttpMethod.Get, "/status", "x-api-key: client-key");

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), (disable.StatusCode, decisions.StatusCode));
        Assert.Equal("usable", (await JsonAsync(status)).GetProperty("accounts")[0].GetProperty("state").GetString());
    }

    [Theory]
    [InlineData("x-api-key: " + OperatorsKey)]
    [InlineData("authorization: Bearer " + OperatorsKey)]
    public async Task Admin_WithAKeyOfTheOperator_IsServed(string header)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var config = ProxyHarness.Config(upstream, "a");
        config["admin_keys"] = new JsonArray(OperatorsKey);
        await using var proxy = await ProxyHarness.StartAsync(config);

        using var decisions = await AskAsync(proxy, HttpMethod.Get, "/admin/decisions", header);

        Assert.Equal(HttpStatusCode.OK, decisions.StatusCode);
        Assert.Equal(0, (await JsonAsync(decisions)).GetProperty("decisions").GetArrayLength());
    }

    [Fact]
    public async Task Admin_FromAPageInABrowser_IsRefusedWhateverItsKey()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");

        using var response = await AskAsync(proxy, HttpMethod.Post, "/admin/accounts/a/disable", $"x-api-key: {proxy.AdminKey}", "origin: http://127.0.0.1:3000");

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.False(response.Headers.Contains("access-control-allow-origin"));
        Assert.Equal("usable", await proxy.StateOfAsync("a"));
    }

    [Fact]
    public async Task Reset_AccountThatRests_IsUsedAgain()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.On("token-a").Error(401, "authentication_error").Then(200, "back");
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");
        using (await proxy.PostMessageAsync())
        {
        }

        var before = await proxy.StateOfAsync("a");
        using var response = await AskAsync(proxy, HttpMethod.Post, "/admin/accounts/a/reset", $"x-api-key: {proxy.AdminKey}");
        using var served = await proxy.PostMessageAsync();

        Assert.Equal("cooling_down", before);
        Assert.Equal("usable", (await JsonAsync(response)).GetProperty("state").GetString());
        Assert.Equal("back", await served.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Disable_Account_GetsNoRequestUntilEnabledAlsoAfterAReload()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var config = ProxyHarness.Config(upstream, "a", "b");
        config["mode"] = "fallback";
        await using var proxy = await ProxyHarness.StartAsync(config);
        using var disabled = await AskAsync(proxy, HttpMethod.Post, "/admin/accounts/a/disable", $"x-api-key: {proxy.AdminKey}");
        config["cooldown"] = 7;
        proxy.WriteConfig(config);
        await proxy.Proxy.ReloadAsync(CancellationToken.None).InTime();

        using var without = await proxy.PostMessageAsync();
        var shown = await proxy.AccountAsync("a");
        using var enabled = await AskAsync(proxy, HttpMethod.Post, "/admin/accounts/a/enable", $"x-api-key: {proxy.AdminKey}");
        using var with = await proxy.PostMessageAsync();

        Assert.Equal(["token-b", "token-a"], upstream.Attempts);
        Assert.Equal("disabled by hand", shown.GetProperty("reason").GetString());
        Assert.Equal("disabled", shown.GetProperty("state").GetString());
        Assert.Equal("usable", (await JsonAsync(enabled)).GetProperty("state").GetString());
    }

    [Fact]
    public async Task Change_AccountWithASpecialName_IsFoundByItsEncodedName()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var config = ProxyHarness.Config(upstream, "a");
        config["servers"]![0]!["name"] = "team/über 100%?";
        await using var proxy = await ProxyHarness.StartAsync(config);
        using var admin = new AdminClient(proxy.Address, new Secret(proxy.AdminKey));

        var account = await admin.ChangeAsync("team/über 100%?", "disable", CancellationToken.None);

        Assert.Equal("team/über 100%?", account.GetProperty("id").GetString());
        Assert.Equal("disabled", await proxy.StateOfAsync("team/über 100%?"));
    }

    [Theory]
    [InlineData("POST", "/admin/accounts/nobody/reset", 404, "There is no account nobody; /status lists those there are.")]
    [InlineData("GET", "/admin/accounts/a/reset", 405, "This path takes POST only.")]
    [InlineData("POST", "/admin/decisions", 405, "This path takes GET only.")]
    [InlineData("GET", "/admin/decisions?last=0", 400, "last is 0; it must be 1 to 1024.")]
    [InlineData("GET", "/admin/decisions?last=many", 400, "last is many; it must be 1 to 1024.")]
    [InlineData("GET", "/admin/decisions/req_x", 404, "Nothing is known of req_x. The last 1024 requests are remembered")]
    [InlineData("POST", "/admin/accounts/a/explode", 404, "The administration has GET /admin/decisions")]
    [InlineData("GET", "/admin/", 404, "The administration has GET /admin/decisions")]
    public async Task Admin_SomethingThatItCannotDo_SaysWhat(string method, string target, int status, string message)
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");

        using var response = await AskAsync(proxy, new HttpMethod(method), target, $"x-api-key: {proxy.AdminKey}");

        Assert.Equal(status, (int)response.StatusCode);
        Assert.StartsWith(message, (await JsonAsync(response)).GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Admin_EachRun_HasAKeyOfItsOwnThatOnlyItsOwnerReads()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");
        var (first, file) = (proxy.AdminKey, Path.Combine(proxy.StateFolder, $"admin-{proxy.Address.Port}.key"));
        var (ofFile, ofFolder) = OperatingSystem.IsWindows() ? default : (File.GetUnixFileMode(file), File.GetUnixFileMode(proxy.StateFolder));

        await proxy.RestartAsync();

        Assert.Equal(64, first.Length);
        Assert.NotEqual(first, proxy.AdminKey);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, ofFile);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, ofFolder);
        Assert.Single(Directory.GetFiles(proxy.StateFolder));
        Assert.DoesNotContain(proxy.Logs.Entries, entry => entry.Message.Contains(first, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Admin_FolderThatOthersMayWrite_LeavesNoKeyThere()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        await using var upstream = await FakeUpstream.StartAsync();
        await using var proxy = await ProxyHarness.StartAsync(upstream, "a");
        File.SetUnixFileMode(proxy.StateFolder, (UnixFileMode)0b111_111_111);

        await proxy.RestartAsync();

        Assert.Empty(Directory.GetFiles(proxy.StateFolder));
        Assert.Contains(proxy.Logs.Entries, entry => entry.Message.Contains("other accounts may write there", StringComparison.Ordinal));
    }

    private static Task<HttpResponseMessage> AskAsync(ProxyHarness proxy, HttpMethod method, string target, params string?[] headers)
    {
        var request = new HttpRequestMessage(method, target);
        foreach (var header in headers.OfType<string>())
        {
            request.Headers.TryAddWithoutValidation(header.Split(": ")[0], header.Split(": ")[1]);
        }

        return proxy.Client.SendAsync(request).InTime();
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
}
