using System.CommandLine;
using ClaudeProxy.Administration;
using ClaudeProxy.Configuration;

namespace ClaudeProxy.Cli;

/// <summary>The options that say which running proxy a command talks to.</summary>
internal sealed class RunningProxyOptions(IReadOnlyDictionary<string, string> environment, string? stateDirectory)
{
    private readonly SourceOptions _source = new();
    private readonly Option<string?> _url = new("--url")
    {
        HelpName = "ADDRESS",
        Description = "The address of the running proxy; unless given, the one of the configuration",
    };

    /// <summary>Adds the options to <paramref name="command"/>.</summary>
    public void AddTo(Command command)
    {
        command.Add(_url);
        command.Add(_source.Config);
    }

    /// <summary>A client of the proxy that a command line names.</summary>
    /// <exception cref="AdminException">There is no such address, or no key for it.</exception>
    /// <exception cref="ConfigurationException">The address is to come from a configuration that cannot be read.</exception>
    public AdminClient ClientOf(ParseResult parsed)
    {
        if (parsed.GetValue(_url) is { } text)
        {
            var url = Uri.TryCreate(text, UriKind.Absolute, out var given) && given.Scheme is "http" or "https"
                ? given
                : throw new AdminException($"--url is {text}; it must be an address such as http://127.0.0.1:3000.");
            return new AdminClient(url, AdminKeySource.Find(url, environment, stateDirectory, []));
        }

        var options = _source.RunningOf(parsed, environment).Read();
        var address = AddressOf(options);
        return new AdminClient(address, AdminKeySource.Find(address, environment, stateDirectory, options.AdminKeys));
    }

    private static Uri AddressOf(ProxyOptions options)
    {
        var host = options.Host switch
        {
            "0.0.0.0" => "127.0.0.1",
            "::" => "[::1]",
            var address when address.Contains(':', StringComparison.Ordinal) => $"[{address}]",
            var name => name,
        };
        return options.Port != 0
            ? new Uri($"http://{host}:{options.Port}")
            : throw new AdminException("port is 0, so that the proxy took any free one; name its address with --url, as its log says it.");
    }
}
