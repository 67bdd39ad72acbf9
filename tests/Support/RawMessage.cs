using System.Globalization;

namespace ClaudeProxy.Tests.Support;

/// <summary>A request or an answer as it came over the wire.</summary>
/// <param name="Head">Everything up to and including the empty line.</param>
/// <param name="Body">The body, out of its chunks.</param>
public sealed record RawMessage(string Head, string Body)
{
    /// <summary>The request line or status line.</summary>
    public string StartLine => Head.Split("\r\n", 2)[0];

    /// <summary>The status of an answer.</summary>
    public int Status => int.Parse(StartLine.Split(' ')[1], CultureInfo.InvariantCulture);

    /// <summary>The values of one header, joined by a comma; <see langword="null"/> if there is none.</summary>
    public string? Header(string name)
    {
        var values = Head.Split("\r\n").Skip(1)
            .Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
            .Select(line => line[(name.Length + 1)..].Trim())
            .ToArray();
        return values.Length > 0 ? string.Join(", ", values) : null;
    }
}
