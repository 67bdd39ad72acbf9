using ClaudeProxy.Day;
using ClaudeProxy.Day.Results;

DayOptions options;
try
{
    options = DayOptions.Parse(args);
}
catch (FormatException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 2;
}

var ideal = await DayRun.RunAsync(options, DayRun.Ideal);
var results = new List<DayResult> { ideal };
foreach (var balancer in options.Balancers)
{
    Console.Error.WriteLine($"{balancer} …");
    results.Add(await DayRun.RunAsync(options, balancer));
}

var tables = string.Join("\n\n", [ResultTable.Of(results), .. results.Skip(1).Where(result => result.Balancer == "session_affinity").Select(result => ResultTable.Goals(result, ideal))]);
Console.WriteLine(tables);
if (options.ResultFile is { } file)
{
    await ResultFile.WriteAsync(file, options, tables);
}

return 0;
