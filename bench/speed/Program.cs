using ClaudeProxy.Speed;
using ClaudeProxy.Speed.Candidates;
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
    new Nginx(), new Haproxy(), new Caddy(TimeProvider.System), new Floor(options.Floor, isInline: false), new Floor(options.Floor, isInline: true),
    new ClaudeProxyCandidate(options.ClaudeProxy, options.Environment),
];
if (options.Candidates.Except(candidates.Select(candidate => candidate.Name)).FirstOrDefault() is { } unknown)
{
    Console.Error.WriteLine($"There is no candidate {unknown}; there are {string.Join(", ", candidates.Select(candidate => candidate.Name))}.");
    return 2;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, press) =>
{
    press.Cancel = true;
    stop.Cancel();
};

if (Machine.Complaint() is { } complaint)
{
    Console.Error.WriteLine(complaint);
}

try
{
    var facts = Machine.Describe(options, TimeProvider.System);
    var run = new SpeedRun(options, candidates, TimeProvider.System, Console.Error);
    var cases = SpeedCases.All.Where(@case => options.Cases.Contains(@case.Letter, StringComparison.Ordinal));
    var results = new ResultLines(facts, await run.MeasureAsync([.. cases], stop.Token));

    var summary = new Summary(results.Lines);
    Console.WriteLine(options.IsGrowth ? GrowthTables.Of(summary) : $"{ResultTable.Of(summary)}\n{Goal.Table(summary)}");
    if (options.Writes)
    {
        results.AddTo(ResultFiles.RawOf(options.Folder, options.IsGrowth));
        ResultFiles.Update(options.Folder);
    }
    return 0;
}
catch (OperationCanceledException)
{
    return 1;
}
