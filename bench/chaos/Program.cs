using ClaudeProxy.Chaos;
using ClaudeProxy.Chaos.Proxies;
using ClaudeProxy.Chaos.Results;
using ClaudeProxy.Chaos.Upstreams;

ChaosOptions options;
try
{
    options = ChaosOptions.Parse(args);
}
catch (FormatException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 2;
}

var results = new List<RunResult>();
foreach (var name in options.Proxies)
{
    (string Program, Func<string, int, IReadOnlyList<Upstream>, int, string[]> Configure) proxy = name switch
    {
        "nginx" => ("nginx", NginxConfig.Write),
        "haproxy" => ("haproxy", HaproxyConfig.Write),
        _ => (options.ClaudeProxy, ClaudeProxyConfig.Write),
    };
    Console.Error.WriteLine($"{name}: {options.Requests} requests from {options.Clients} clients, at most {options.Limit.TotalSeconds:0} seconds");
    var result = await ChaosRun.RunAsync(
        options,
        async upstreams => await ProxyProcess.StartAsync(name, proxy.Program, (folder, port) => proxy.Configure(folder, port, upstreams, options.Attempts), TimeProvider.System),
        tellsStatus: name == "claude-proxy",
        TimeProvider.System);
    results.Add(result);
    foreach (var reason in result.Tally.Reasons.Take(10).Concat(result.BenchedWithoutFault ?? []))
    {
        Console.Error.WriteLine($"  {reason}");
    }
}

var table = ResultTable.Of(results);
Console.WriteLine(table);
if (options.ResultFile is { } file)
{
    await ResultFile.WriteAsync(file, options, table);
}

return 0;
