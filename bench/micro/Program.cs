using BenchmarkDotNet.Running;
using ClaudeProxy.Micro;

BenchmarkSwitcher.FromAssembly(typeof(BenchmarkConfig).Assembly).Run(args, new BenchmarkConfig());
