using System.Globalization;
using System.Text.Json;
using ClaudeProxy.Abstractions;

namespace ClaudeProxy.Plugins.RedisAccounts;

/// <summary>The address of a Redis server.</summary>
/// <param name="Host">Name or IP address.</param>
/// <param name="Port">1 to 65535.</param>
internal sealed record RedisEndpoint(string Host, int Port)
{
    private const int UsualPort = 6379;

    /// <summary>What is used if nothing is set.</summary>
    public static RedisEndpoint Default { get; } = new("localhost", UsualPort);

    /// <summary>The servers of <c>endpoints</c>, or the one of <c>host</c> and <c>port</c>.</summary>
    /// <exception cref="PluginSettingsException">One of them is no address.</exception>
    public static IReadOnlyList<RedisEndpoint> Read(PluginSettings settings)
    {
        var list = settings.GetJson("endpoints");
        var host = settings.GetString("host");
        var port = settings.GetInt32("port", UsualPort, 1, 65535);
        if (list.ValueKind == JsonValueKind.Undefined)
        {
            return [new RedisEndpoint(host is null or "" ? Default.Host : host, port)];
        }

        if (host is not null)
        {
            throw new PluginSettingsException($"{settings.Location}.endpoints is set, and host too; keep one of them.");
        }

        return list.ValueKind == JsonValueKind.Array && list.GetArrayLength() > 0
            ? [.. list.EnumerateArray().Select(element => Parse(element) ?? throw Wrong(settings))]
            : throw Wrong(settings);
    }

    /// <summary>Host and port.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");

    private static RedisEndpoint? Parse(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.String || element.GetString() is not { Length: > 0 } text)
        {
            return null;
        }

        // An IPv6 address has colons of its own: with a port it stands in brackets.
        var colon = text.LastIndexOf(':');
        var hasPort = colon >= 0 && (text.IndexOf(':') == colon || text[..colon].EndsWith(']'));
        var (host, port) = (hasPort ? text[..colon] : text, UsualPort);
        var isPort = !hasPort || (int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and <= 65535);
        host = host.Trim('[', ']');
        return isPort && host.Length > 0 ? new RedisEndpoint(host, port) : null;
    }

    private static PluginSettingsException Wrong(PluginSettings settings) =>
        new($"{settings.Location}.endpoints must be a list of servers, each \"host\" or \"host:port\", such as [\"redis-1:6379\", \"redis-2:6379\"].");
}
