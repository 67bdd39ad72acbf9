using System.CommandLine;
using ClaudeProxy.Cli;
using ClaudeProxy.Configuration;

namespace ClaudeProxy.Tests.Cli;

public sealed class CommandLineTests
{
    private readonly RecordingActions _actions = new();
    private readonly Dictionary<string, string> _environment = [];
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    [Fact]
    public async Task NoArguments_RunsWithConfigJsonOfTheCurrentFolder()
    {
        Assert.Equal(0, await RunAsync());

        Assert.Equal(("run", "config.json"), _actions.Called());
        Assert.Equal(ConfigurationOverrides.None, _actions.Source!.Overrides);
    }

    [Fact]
    public async Task ConfigFileVariable_IsUsedUnlessTheOptionSaysOtherwise()
    {
        _environment["CONFIG_FILE"] = "from-variable.json";

        await RunAsync();
        Assert.Equal(("run", "from-variable.json"), _actions.Called());

        await RunAsync("-c", "from-option.json");
        Assert.Equal(("run", "from-option.json"), _actions.Called());

        await RunAsync("check", "--config=other.json");
        Assert.Equal(("check", "other.json"), _actions.Called());
    }

    [Theory]
    [InlineData("TARGET_URL", "http://relay:3001")]
    [InlineData("REDIS_HOST", "redis")]
    public async Task NoFileButARelayInTheEnvironment_RunsInFrontOfIt(string name, string value)
    {
        _environment[name] = value;

        await RunAsync();
        Assert.Equal(("run", null), _actions.Called());
        Assert.True(_actions.Source!.Read().IsRelay);

        await RunAsync("--config", "some.json");
        Assert.Equal(("run", "some.json"), _actions.Called());
    }

    [Fact]
    public async Task EmptyConfigFileVariable_IsNotSet()
    {
        _environment["CONFIG_FILE"] = "";

        await RunAsync("check");

        Assert.Equal(("check", "config.json"), _actions.Called());
    }

    [Fact]
    public async Task Options_ReachTheActionAsTyped()
    {
        await RunAsync("--host", "::1", "--port", "0", "--log-level", "debug");

        Assert.Equal(new ConfigurationOverrides { Host = "::1", Port = "0", LogLevel = "debug" }, _actions.Source!.Overrides);
        Assert.Same(_environment, _actions.Source.Environment);
    }

    [Theory]
    [InlineData("demo", "--port", "4000")]
    [InlineData("--port", "4000", "demo")]
    public async Task Demo_TakesItsPortBeforeAndAfterTheCommand(params string[] arguments)
    {
        Assert.Equal(0, await RunAsync(arguments));

        Assert.Equal(("demo", null), _actions.Called());
        Assert.Equal((4000, "simulator"), (_actions.Source!.Read().Port, _actions.Source.Read().Accounts!.Source));
    }

    [Theory]
    [InlineData("demoo", "Unrecognized command or argument 'demoo'. Did you mean demo?")]
    [InlineData("--confg=x", "Unrecognized command or argument '--confg=x'. Did you mean --config?")]
    [InlineData("@file", "Unrecognized command or argument '@file'. Run 'claude-proxy --help' to see what there is.")]
    [InlineData("--port", "Required argument missing for option: '--port'. Run 'claude-proxy --help' to see what there is.")]
    public async Task WrongUsage_IsToldInOneLine(string argument, string sentence)
    {
        Assert.Equal(2, await RunAsync(argument));

        Assert.Equal(sentence, _error.ToString().TrimEnd());
        Assert.Empty(_output.ToString());
        Assert.Null(_actions.Source);
    }

    [Fact]
    public async Task WrongUsageOfACommand_PointsToItsHelp()
    {
        Assert.Equal(2, await RunAsync("check", "surplus"));

        Assert.Equal("Unrecognized command or argument 'surplus'. Run 'claude-proxy check --help' to see what there is.", _error.ToString().TrimEnd());
    }

    [Fact]
    public async Task FaultyConfiguration_IsToldALineAFault_AndEndsWithTwo()
    {
        _actions.Fails = new ConfigurationException(["first.", "second."]);

        Assert.Equal(2, await RunAsync());

        Assert.Equal(["first.", "second."], _error.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Version_IsNameAndNumber()
    {
        Assert.Equal(0, await RunAsync("--version"));

        Assert.Equal("claude-proxy 1.0.0", _output.ToString().TrimEnd());
    }

    [Fact]
    public async Task Help_ShowsCommandsOptionsAndExamples()
    {
        Assert.Equal(0, await RunAsync("--help"));

        foreach (var part in (string[])["demo ", "check ", "-c, --config <PATH>", "--port <NUMBER>", "claude-proxy -c config.json", "CONFIG_FILE"])
        {
            Assert.Contains(part, _output.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task CommandAddedByTheHost_IsRunLikeTheOthers()
    {
        var root = CommandLine.Create(_actions, _environment);
        var policy = new Command("policy", "Try a policy");
        policy.SetAction(_ => 7);
        root.Add(policy);

        Assert.Equal(7, await CommandLine.RunAsync(root, ["policy"], _output, _error, CancellationToken.None));
    }

    [Fact]
    public async Task Cancellation_ReachesTheAction()
    {
        using var stopping = new CancellationTokenSource();
        await stopping.CancelAsync();

        await CommandLine.RunAsync(CommandLine.Create(_actions, _environment), [], _output, _error, stopping.Token);

        Assert.True(_actions.Cancelled);
    }

    private Task<int> RunAsync(params string[] arguments) =>
        CommandLine.RunAsync(CommandLine.Create(_actions, _environment), arguments, _output, _error, CancellationToken.None);
}
