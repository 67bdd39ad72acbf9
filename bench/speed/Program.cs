using ClaudeProxy.Speed;
using ClaudeProxy.Speed.Candidates;
using ClaudeProxy.Speed.Cases;
using ClaudeProxy.Speed.Measuring;
using ClaudeProxy.Speed.Results;

SpeedOptions options;
try
{
    options = SpeedOptions.Parse(args);
}
catch (FormatException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 2;
}

ICandidate[] candidates =
[
    new Nginx(), new Floor(options.Floor, isInline: false), new Floor(options.Floor, isInline: true),
    new ClaudeProxyCandidate(options.ClaudeProxy, options.Environment),
];
ICase[] cases = [new SmallPosts(), new OneConnection(), new Streams()];

await using var upstream = await Upstream.StartAsync(Path.Combine(options.Native, "upstream"), Workbench.LoadCore, CancellationToken.None);
var workbench = new Workbench(options, candidates, upstream, TimeProvider.System);
var run = new SpeedRun(options, workbench, Console.Error);
var records = await run.MeasureAsync([.. cases.Where(@case => options.Cases.Contains(@case.Letter, StringComparison.Ordinal))], CancellationToken.None);
Console.WriteLine(ResultTable.Of(new Summary(records)));
return 0;
