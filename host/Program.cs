using ClaudeProxy.Cli;

var root = CommandLine.Create(new ProxyActions(Console.Out, Console.Error), ProcessEnvironment.Read());
root.Add(PolicyCommand.Create());
return await CommandLine.RunAsync(root, args, Console.Out, Console.Error, CancellationToken.None);
