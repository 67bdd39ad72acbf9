using System.Globalization;
using ClaudeProxy.Abstractions;

namespace ClaudeProxy.Plugins.Simulator;

/// <summary>Faults as people write them, in the header <c>x-simulator-fault</c> or a setting.</summary>
/// <example><c>429; retry_after=30</c>, <c>cut; after=3; account=sim-1</c></example>
internal static class FaultText
{
    private static readonly string[] s_names = ["reset", "hang", "refuse", "error_event", "cut", "end_early", "pings", "oversized"];

    /// <summary>Reads <paramref name="text"/>.</summary>
    /// <exception cref="FormatException">It is no fault; the message says what would be.</exception>
    public static SimulatedFault Parse(string text)
    {
        var parts = text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var words = new Words(parts.Skip(1));
        var account = words.Take("account");
        SimulatedFault fault = parts.FirstOrDefault() switch
        {
            "reset" => new SimulatedFault.Reset(),
            "hang" => new SimulatedFault.Hang(),
            "refuse" => new SimulatedFault.Refuse(words.TakeDuration("for", TimeSpan.FromSeconds(10))),
            "error_event" => new SimulatedFault.ErrorEvent(words.Take("type") ?? "overloaded_error", words.Take("message")),
            "cut" => new SimulatedFault.Cut(words.TakeNumber("after", 4)),
            "end_early" => new SimulatedFault.EndEarly(words.TakeNumber("after", 4)),
            "pings" => new SimulatedFault.PingsOnly(words.TakeNumber("after", 0)),
            "oversized" => new SimulatedFault.Oversized(words.TakeNumber("bytes", 16 * 1024 * 1024)),
            { } word when TryParseNumber(word, out var code) && code is >= 400 and <= 599 => new SimulatedFault.Status(
                code, words.Take("type"), words.Take("message"), words.Take("retry_after"), words.TakeSwitch("should_retry")),
            var word => throw new FormatException(
                $"'{word}' is no fault; it must be a status from 400 to 599, {string.Join(", ", s_names[..^1])} or {s_names[^1]}."),
        };
        words.ThrowIfAnyLeft(parts[0]);
        return fault with { Account = account };
    }

    private static bool TryParseNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private sealed class Words(IEnumerable<string> parts)
    {
        private readonly List<string> _left = [.. parts];

        public string? Take(string key)
        {
            var found = _left.Find(part => part.StartsWith(key + "=", StringComparison.Ordinal));
            return found is not null && _left.Remove(found) ? found[(key.Length + 1)..] : null;
        }

        public int TakeNumber(string key, int otherwise) =>
            Take(key) is not { } text ? otherwise
            : TryParseNumber(text, out var number) && number <= 256 * 1024 * 1024 ? number
            : throw new FormatException($"{key} is '{text}'; it must be a whole number up to 268435456.");

        public TimeSpan TakeDuration(string key, TimeSpan otherwise) =>
            Take(key) is not { } text ? otherwise
            : DurationText.TryParse(text, out var duration) && duration <= TimeSpan.FromHours(1) ? duration
            : throw new FormatException($"{key} is '{text}'; it must be a duration up to 1h, such as 500ms or 5s.");

        public bool? TakeSwitch(string key) =>
            Take(key) is not { } text ? null
            : bool.TryParse(text, out var value) ? value
            : throw new FormatException($"{key} is '{text}'; it must be true or false.");

        public void ThrowIfAnyLeft(string fault)
        {
            if (_left.Count > 0)
            {
                throw new FormatException($"'{_left[0]}' means nothing to the fault {fault}; see docs/simulator.md.");
            }
        }
    }
}
