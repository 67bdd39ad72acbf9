using System.Security.Cryptography;
using System.Text;
using ClaudeProxy.Configuration.Settings;

namespace ClaudeProxy.Configuration;

/// <summary>Reads <c>servers</c> and sees to it that each has a name of its own.</summary>
internal static class ServersReader
{
    /// <summary>The servers in the order of the file.</summary>
    public static IReadOnlyList<ServerOptions> Read(SettingsSection root)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        var servers = root.ReadSections("servers", section =>
        {
            var server = ServerOptions.Read(section);
            if (server is { Name.Length: > 0 } && !names.TryAdd(server.Name, section.PathOf("name")))
            {
                section.Reject("name", $"is {section.Show("name")}, as {names[server.Name]} is; every server needs a name of its own");
            }

            return server;
        });

        return [.. servers.Select(server => server.Name.Length > 0 ? server : server with { Name = NewName(server, names) })];
    }

    private static string NewName(ServerOptions server, Dictionary<string, string> names)
    {
        // Of the token only a hash too short to find it by: the name is in every log.
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{server.Url.AbsoluteUri.TrimEnd('/')}\n{server.Token.Reveal()}"));
        var first = $"{server.Url.Host}-{Convert.ToHexStringLower(hash.AsSpan(0, 4))}";
        var name = first;
        for (var number = 2; !names.TryAdd(name, ""); number++)
        {
            name = $"{first}-{number}";
        }

        return name;
    }
}
