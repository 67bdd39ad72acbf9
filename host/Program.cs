using ClaudeProxy.Administration;
using ClaudeProxy.Cli;
using ClaudeProxy.Hosting;
using ClaudeProxy.Policies;

RuntimeSettings.Apply();
var (environment, stateDirectory) = (ProcessEnvironment.Read(), AdminKeyFile.DefaultDirectory);
var root = CommandLine.Create(new ProxyActions(Console.Out, Console.Error), environment);
root.Add(ExplainCommand.Create(environment, stateDirectory));
root.Add(AccountsCommand.Create(environment, stateDirectory));
root.Add(PolicyCommand.Create(environment, stateDirectory, ScriptCache.DefaultDirectory));
return await CommandLine.RunAsync(root, args, Console.Out, Console.Error, CancellationToken.None);
