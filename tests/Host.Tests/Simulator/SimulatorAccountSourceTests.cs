using System.Net;
using System.Text;
using ClaudeProxy.Abstractions;
using ClaudeProxy.Plugins.Simulator;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Simulator;

public sealed class SimulatorAccountSourceTests
{
    [Fact]
    public async Task ReadAsync_NoSettings_YieldsThreeAccountsWithUpstreamsOfTheirOwn()
    {
        await using var source = Create("""{"first_byte":0,"event_interval":0}""");

        var accounts = await ReadAsync(source);
        var answers = await Task.WhenAll(accounts.Select(account => PostAsync(account)));

        Assert.Equal(["sim-1", "sim-2", "sim-3"], accounts.Select(account => account.Id));
        Assert.Equal(3, accounts.DistinctBy(account => account.Upstream).Count());
        Assert.Equal(3, accounts.DistinctBy(account => account.Labels["workspace"]).Count());
        Assert.All(accounts, account => Assert.StartsWith("sk-ant-sim-", account.Credential!.Value.Reveal()));
        Assert.All(answers.Zip(accounts), pair => Assert.Contains($"Hello from {pair.Second.Id},", pair.First.Body));
    }

    [Fact]
    public async Task ReadAsync_ManyAccounts_ShareUpstreamsAndWorkspacesInTurn()
    {
        await using var source = Create("""{"accounts":1000,"upstreams":3,"workspaces":2,"first_byte":0,"event_interval":0}""");

        var accounts = await ReadAsync(source);
        var answer = await PostAsync(accounts[^1]);

        Assert.Equal(1000, accounts.DistinctBy(account => account.Credential).Count());
        Assert.Equal(3, accounts.DistinctBy(account => account.Upstream).Count());
        Assert.Equal(accounts[0].Upstream, accounts[3].Upstream);
        Assert.Equal(accounts[0].Labels["workspace"], accounts[2].Labels["workspace"]);
        Assert.Contains("Hello from sim-1000,", answer.Body);
    }

    [Fact]
    public async Task Credential_OfOneUpstream_IsWrongForAnother()
    {
        await using var source = Create("{}");
        var accounts = await ReadAsync(source);

        var answer = await PostAsync(accounts[0] with { Upstream = accounts[1].Upstream });

        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
    }

    [Fact]
    public async Task Flaky_LastAccounts_FailEachNthMessage()
    {
        await using var source = Create("""{"accounts":2,"flaky":1,"fail_every":3,"fault":"503","first_byte":0,"event_interval":0}""");
        var accounts = await ReadAsync(source);
        var steady = new List<HttpStatusCode>();
        var flaky = new List<HttpStatusCode>();

        for (var request = 1; request <= 6; request++)
        {
            steady.Add((await PostAsync(accounts[0])).Status);
            flaky.Add((await PostAsync(accounts[1])).Status);
        }

        Assert.All(steady, status => Assert.Equal(HttpStatusCode.OK, status));
        HttpStatusCode[] pattern = [HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable];
        Assert.Equal([.. pattern, .. pattern], flaky);
    }

    [Fact]
    public async Task Flaky_NoFaultNamed_FailsBeforeTheFirstByte()
    {
        await using var source = Create("""{"accounts":1,"flaky":1,"fail_every":1}""");
        var account = (await ReadAsync(source))[0];

        for (var request = 1; request <= 10; request++)
        {
            var status = await PostAsync(account).ContinueWith(
                answer => answer.IsFaulted ? HttpStatusCode.InternalServerError : answer.Result.Status, TaskScheduler.Default);
            Assert.InRange((int)status, 500, 599);
        }
    }

    [Fact]
    public async Task DisposeAsync_RequestsInFlight_StopsThemAndTheUpstreams()
    {
        var source = Create("""{"accounts":1,"first_byte":0,"event_interval":"1h"}""");
        var account = (await ReadAsync(source))[0];
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(account.Upstream, "/v1/messages"));
        request.Headers.Add(account.Credential!.HeaderName, account.Credential.RevealHeaderValue());
        request.Content = new StringContent(Some.MessageBody(stream: true), Encoding.UTF8, "application/json");
        using var begun = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).InTime();

        await source.DisposeAsync().AsTask().InTime();

        await Assert.ThrowsAsync<HttpRequestException>(() => begun.Content.ReadAsStringAsync()).InTime();
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => PostAsync(account));
        Assert.Equal(HttpRequestError.ConnectionError, refused.HttpRequestError);
    }

    [Fact]
    public async Task ReadAsync_Again_StartsAnew()
    {
        await using var source = Create("""{"first_byte":0,"event_interval":0}""");
        await ReadAsync(source);

        var accounts = await ReadAsync(source);

        Assert.Equal(HttpStatusCode.OK, (await PostAsync(accounts[0])).Status);
    }

    [Theory]
    [InlineData("""{"accounts":0}""", "config.json: accounts.accounts is 0; it must be a whole number from 1 to 10000.")]
    [InlineData("""{"accounts":2,"upstreams":3}""", "config.json: accounts.upstreams is 3; it must be a whole number from 1 to 2.")]
    [InlineData("""{"flaky":4}""", "config.json: accounts.flaky is 4; it must be a whole number from 0 to 3.")]
    [InlineData("""{"event_interval":"2h"}""", "config.json: accounts.event_interval is a text; it must be a duration from 0s to 1h")]
    [InlineData("""{"fault":"explode"}""", "accounts.fault: 'explode' is no fault")]
    public void Read_WrongSetting_SaysWhatIsWrong(string settings, string message)
    {
        var exception = Assert.Throws<PluginSettingsException>(() => SimulatorOptions.Read(Some.PluginContext(settings).Settings));

        Assert.StartsWith(message, exception.Message);
    }

    [Fact]
    public void Read_EverySetting_IsAskedFor()
    {
        var settings = Some.PluginContext(
            """
            {"accounts":9,"upstreams":2,"workspaces":3,"flaky":1,"fail_every":5,"fault":"reset",
             "first_byte":"1s","event_interval":"2s","events":7,"requests_per_minute":10,"tokens_per_minute":20,
             "output_tokens_per_minute":30}
            """).Settings;

        var options = SimulatorOptions.Read(settings);

        Assert.Empty(settings.UnreadKeys);
        Assert.Equal(
            new SimulatorOptions
            {
                Accounts = 9,
                Upstreams = 2,
                Workspaces = 3,
                Flaky = 1,
                FailEvery = 5,
                Fault = new SimulatedFault.Reset(),
                Pace = new Pace(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), 7),
                RequestsPerMinute = 10,
                TokensPerMinute = 20,
                OutputTokensPerMinute = 30,
            },
            options);
    }

    private static SimulatorAccountSource Create(string settings)
    {
        var context = Some.PluginContext(settings);
        return new SimulatorAccountSource(SimulatorOptions.Read(context.Settings), context);
    }

    private static async Task<IReadOnlyList<Account>> ReadAsync(SimulatorAccountSource source)
    {
        await foreach (var accounts in source.ReadAsync(CancellationToken.None))
        {
            return accounts;
        }

        throw new InvalidOperationException("The source yielded nothing.");
    }

    private static async Task<(HttpStatusCode Status, string Body)> PostAsync(Account account)
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Add(account.Credential!.HeaderName, account.Credential.RevealHeaderValue());
        using var content = new StringContent(Some.MessageBody(), Encoding.UTF8, "application/json");
        using var response = await client.PostAsync(new Uri(account.Upstream, "/v1/messages"), content).InTime();
        return (response.StatusCode, await response.Content.ReadAsStringAsync().InTime());
    }
}
