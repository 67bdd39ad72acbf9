using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using ClaudeProxy.Abstractions;
using ClaudeProxy.Plugins;
using ClaudeProxy.Tests.Balancing;
using ClaudeProxy.Tests.Support;
using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Tests.Plugins;

/// <summary>Does what <c>docs/plugins.md</c> says, word for word, in a folder that stands for the reader's home.</summary>
public sealed partial class PluginGuideTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("home-").FullName;
    private readonly string _guide = File.ReadAllText(Path.Combine(Repository.Root, "docs", "plugins.md"));
    private readonly CollectingLoggerProvider _log = new();

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public async Task Guide_FollowedFromAnEmptyFolder_GivesALoadBalancer()
    {
        var commands = Block("sh").Matches(_guide).Select(match => match.Groups["code"].Value.Trim()).ToList();
        var project = Directory.CreateDirectory(Path.Combine(_home, "LeastBusy")).FullName;
        foreach (Match file in SourceFile().Matches(_guide))
        {
            await File.WriteAllTextAsync(Path.Combine(project, file.Groups["name"].Value), file.Groups["code"].Value);
        }

        await RunAsync(commands[0], Repository.Root);
        await StayOffTheNetworkAsync();
        await RunAsync(commands[1], project);

        var plugins = Path.Combine(_home, "proxy", "plugins");
        await using var catalog = PluginCatalog.Load([plugins], previous: null, _log.CreateFactory());
        Assert.Empty(catalog.Faults);
        var said = Assert.Single(_log.Entries, entry => entry.Level >= LogLevel.Information).Message;
        Assert.Contains(said.Replace(plugins, "/home/you/proxy/plugins", StringComparison.Ordinal), _guide, StringComparison.Ordinal);
        Assert.Equal(["LeastBusy.dll"], Directory.GetFiles(Path.Combine(plugins, "LeastBusy"), "*.dll").Select(path => Path.GetFileName(path)));
        await AssertBalancesAsync(catalog);
    }

    private async Task AssertBalancesAsync(PluginCatalog catalog)
    {
        using var configuration = JsonDocument.Parse(Block("json").Match(_guide).Groups["code"].Value);
        var name = configuration.RootElement.GetProperty("algorithm").GetString()!;
        var settings = configuration.RootElement.GetProperty("plugins").GetProperty("settings").GetProperty(name).GetRawText();
        Candidate[] candidates = [new("strong") { Weight = 10, InFlight = 2 }, new("idle") { Weight = 1, InFlight = 1 }];

        Assert.True(catalog.TryGetLoadBalancer(name, out var offer));
        await using var asConfigured = await offer.CreateAsync(Some.PluginContext(settings));
        await using var withoutSettings = await offer.CreateAsync(Some.PluginContext());

        Assert.Equal("idle", asConfigured.Value.Pick(candidates));
        Assert.Equal("strong", withoutSettings.Value.Pick(candidates));
    }

    // The reader's machine may ask the network for what the contract needs; the one that runs this test has it already.
    private Task StayOffTheNetworkAsync() => File.WriteAllTextAsync(Path.Combine(_home, "nuget.config"), $"""
        <configuration>
          <packageSources><clear /></packageSources>
          <config><add key="globalPackagesFolder" value="{Path.Combine(_home, "cache")}" /></config>
          <fallbackPackageFolders><clear /><add key="machine" value="{MachinePackages()}" /></fallbackPackageFolders>
        </configuration>
        """);

    private static string MachinePackages() => Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    private async Task RunAsync(string command, string folder)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", command.Replace("~/", _home + "/", StringComparison.Ordinal)])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // Servers that outlive the build would keep its output open.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["UseSharedCompilation"] = "false";
        if (folder.StartsWith(_home, StringComparison.Ordinal))
        {
            start.Environment["HOME"] = _home;
            start.Environment["DOTNET_CLI_HOME"] = _home;
            start.Environment["DOTNET_NOLOGO"] = "1";
            start.Environment["DOTNET_GENERATE_ASPNET_CERTIFICATE"] = "false";
            start.Environment.Remove("NUGET_PACKAGES");
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(5));

        Assert.True(process.ExitCode == 0, $"{command} ended with {process.ExitCode}:\n{await output}\n{await errors}");
    }

    private static Regex Block(string language) => new($@"^```{language}\n(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline);

    [GeneratedRegex(@"^`(?<name>LeastBusy[\w.]+)`[^\n]*\n\n```\w+\n(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex SourceFile();
}
