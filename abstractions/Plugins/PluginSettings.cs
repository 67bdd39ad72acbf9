using System.Globalization;
using System.Text.Json;

namespace ClaudeProxy.Abstractions;

/// <summary>The settings that the configuration gives to a plugin: a JSON object whose <c>${NAME}</c>s are filled in.</summary>
/// <remarks>
/// <para>Each method reads one key, checks it and remembers it; when the factory returns, the host refuses the configuration if a key is
/// left that nobody asked for. So read every key, also the ones that the other settings make pointless.</para>
/// <para><b>Threading:</b> for the factory's thread only.</para>
/// <para><b>Failure:</b> each method throws <see cref="PluginSettingsException"/> with a sentence when the value does not fit.</para>
/// </remarks>
public sealed class PluginSettings
{
    private readonly JsonElement _object;
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    /// <summary>Reads from <paramref name="settings"/>.</summary>
    /// <param name="location">Where the settings stand, for messages, such as <c>config.json: accounts</c>.</param>
    /// <param name="settings">A JSON object, or an undefined element for none.</param>
    public PluginSettings(string location, JsonElement settings)
    {
        Location = location;
        _object = settings;
    }

    /// <summary>No settings.</summary>
    public static PluginSettings Empty => new("settings", default);

    /// <summary>Where the settings stand, for messages, such as <c>config.json: accounts</c>.</summary>
    public string Location { get; }

    /// <summary>The keys that are set and that nobody has asked for yet.</summary>
    public IReadOnlyList<string> UnreadKeys =>
        _object.ValueKind == JsonValueKind.Object
            ? [.. _object.EnumerateObject().Select(property => property.Name).Where(name => !_asked.Contains(name))]
            : [];

    /// <summary>The keys that were asked for, set or not.</summary>
    public IReadOnlyCollection<string> KnownKeys => _asked;

    /// <summary>The text at <paramref name="key"/>, or <paramref name="otherwise"/> if the key is absent or null.</summary>
    public string? GetString(string key, string? otherwise = null)
    {
        if (!TryGet(key, out var value))
        {
            return otherwise;
        }

        return value.ValueKind == JsonValueKind.String ? value.GetString() : throw Wrong(key, value, "a text in quotes");
    }

    /// <summary>The secret text at <paramref name="key"/>, or <see langword="null"/> if the key is absent or null.</summary>
    public Secret? GetSecret(string key)
    {
        if (!TryGet(key, out var value))
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.String
            ? new Secret(value.GetString()!)
            : throw new PluginSettingsException($"{Location}.{key} must be a text in quotes.");
    }

    /// <summary>The whole number at <paramref name="key"/>, or <paramref name="otherwise"/>.</summary>
    /// <param name="key">The key.</param>
    /// <param name="otherwise">The value if the key is absent or null.</param>
    /// <param name="minimum">The least that is allowed, inclusive.</param>
    /// <param name="maximum">The most that is allowed, inclusive.</param>
    public int GetInt32(string key, int otherwise, int minimum = int.MinValue, int maximum = int.MaxValue)
    {
        if (!TryGet(key, out var value))
        {
            return otherwise;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= minimum && number <= maximum
            ? number
            : throw Wrong(key, value, $"a whole number from {minimum} to {maximum}");
    }

    /// <summary>The number at <paramref name="key"/>, or <paramref name="otherwise"/>.</summary>
    /// <param name="key">The key.</param>
    /// <param name="otherwise">The value if the key is absent or null.</param>
    /// <param name="minimum">The least that is allowed, inclusive.</param>
    /// <param name="maximum">The most that is allowed, inclusive.</param>
    public double GetDouble(string key, double otherwise, double minimum, double maximum)
    {
        if (!TryGet(key, out var value))
        {
            return otherwise;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= minimum && number <= maximum
            ? number
            : throw Wrong(key, value, string.Create(CultureInfo.InvariantCulture, $"a number from {minimum} to {maximum}"));
    }

    /// <summary>The switch at <paramref name="key"/>, or <paramref name="otherwise"/> if the key is absent or null.</summary>
    public bool GetBoolean(string key, bool otherwise)
    {
        if (!TryGet(key, out var value))
        {
            return otherwise;
        }

        return value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Wrong(key, value, "true or false");
    }

    /// <summary>The duration at <paramref name="key"/> (a number of seconds, or a text such as "500ms", "30s", "5m", "1h"), or
    /// <paramref name="otherwise"/>.</summary>
    /// <param name="key">The key.</param>
    /// <param name="otherwise">The value if the key is absent or null.</param>
    /// <param name="minimum">The least that is allowed, inclusive.</param>
    /// <param name="maximum">The most that is allowed, inclusive.</param>
    public TimeSpan GetDuration(string key, TimeSpan otherwise, TimeSpan minimum, TimeSpan maximum)
    {
        if (!TryGet(key, out var value))
        {
            return otherwise;
        }

        return DurationText.TryRead(value, out var duration) && duration >= minimum && duration <= maximum
            ? duration
            : throw Wrong(key, value, $"a duration from {DurationText.Write(minimum)} to {DurationText.Write(maximum)}, such as 30, \"30s\", \"5m\" or \"1h\"");
    }

    /// <summary>The JSON at <paramref name="key"/> as it is, or an element of kind <see cref="JsonValueKind.Undefined"/> if the key is absent or null.</summary>
    public JsonElement GetJson(string key) => TryGet(key, out var value) ? value : default;

    private bool TryGet(string key, out JsonElement value)
    {
        _asked.Add(key);
        value = default;
        return _object.ValueKind == JsonValueKind.Object && _object.TryGetProperty(key, out value) && value.ValueKind != JsonValueKind.Null;
    }

    /// <summary>A text is not shown: it may have come out of a variable, and be a secret in the wrong place.</summary>
    private PluginSettingsException Wrong(string key, JsonElement value, string rule) =>
        new($"{Location}.{key} is {(value.ValueKind == JsonValueKind.String ? "a text" : value.GetRawText())}; it must be {rule}.");
}
