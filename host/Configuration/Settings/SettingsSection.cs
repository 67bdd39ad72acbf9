using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace ClaudeProxy.Configuration.Settings;

/// <summary>One object of the configuration: its settings are read one by one, each by a rule; what nobody asks for is a fault.</summary>
/// <remarks>A setting that is null, or an empty text, is not set. For one thread.</remarks>
internal sealed class SettingsSection
{
    private readonly Dictionary<string, JsonElement> _values = new(StringComparer.Ordinal);
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private readonly string _path;

    private SettingsSection(SettingsContext context, string path, JsonElement json)
    {
        Context = context;
        _path = path;
        if (json.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (var property in json.EnumerateObject())
        {
            if (!_values.TryAdd(property.Name, property.Value))
            {
                Reject(property.Name, "is there twice; keep one of them");
            }
        }
    }

    /// <summary>What this reading of the configuration shares.</summary>
    public SettingsContext Context { get; }

    /// <summary>Reads a whole object by <paramref name="read"/>. What that leaves unread is a fault.</summary>
    public static T ReadObject<T>(SettingsContext context, string path, JsonElement json, Func<SettingsSection, T> read)
    {
        var section = new SettingsSection(context, path, json);
        var result = read(section);
        foreach (var key in section._values.Keys.Except(section._asked))
        {
            context.AddUnknown(path, key, section._asked);
        }

        return result;
    }

    /// <summary>The path of <paramref name="key"/>, for sentences.</summary>
    public string PathOf(string key) => SettingPath.Below(_path, key);

    /// <summary>Whether <paramref name="key"/> is there, well or ill.</summary>
    public bool Has(string key) => _values.TryGetValue(key, out var json) && json.ValueKind != JsonValueKind.Null;

    /// <summary>Whether <paramref name="key"/> is a list, well or ill.</summary>
    public bool IsList(string key) => Has(key) && _values[key].ValueKind == JsonValueKind.Array;

    /// <summary>The value of <paramref name="key"/> as a fault may show it. Not for secrets.</summary>
    public string Show(string key) => _values.TryGetValue(key, out var json) ? ShownValue.Of(json, SettingDisplay.Plain) : "not set";

    /// <summary>Makes a fault of <paramref name="key"/>: file, path and <paramref name="fault"/>, without the final stop.</summary>
    public void Reject(string key, string fault) => Context.AddFault(PathOf(key), $"{Context.Source}: {PathOf(key)} {fault}.");

    /// <summary>The value of <paramref name="key"/>, or <paramref name="otherwise"/>.</summary>
    public T Read<T>(string key, T otherwise, SettingRule<T> rule)
    {
        Ask(key, rule.Description, rule.Write(otherwise));
        return TryGet(key, rule, out var value) ? value : otherwise;
    }

    /// <summary>The value of <paramref name="key"/>; false if it is not set.</summary>
    public bool TryRead<T>(string key, SettingRule<T> rule, [MaybeNullWhen(false)] out T value)
    {
        Ask(key, rule.Description, null);
        return TryGet(key, rule, out value);
    }

    /// <summary>The value of <paramref name="key"/>; false, with a fault, if it is not set.</summary>
    public bool TryRequire<T>(string key, SettingRule<T> rule, [MaybeNullWhen(false)] out T value)
    {
        if (TryRead(key, rule, out value))
        {
            return true;
        }

        if (!Context.IsFaulty(PathOf(key)))
        {
            Reject(key, $"is missing; it must be {rule.Description}{rule.Hint}");
        }

        return false;
    }

    /// <summary>The elements of the list at <paramref name="key"/> that keep <paramref name="rule"/>.</summary>
    public IReadOnlyList<T> ReadList<T>(string key, SettingRule<T> rule)
    {
        Ask(key, $"a list; each must be {rule.Description}", "[]");
        var values = new List<T>();
        foreach (var (index, element) in Elements(key).Index())
        {
            if (Context.TryReadJson(SettingPath.Element(PathOf(key), index), element, rule, emptyIsUnset: false, out var value))
            {
                values.Add(value);
            }
        }

        return values;
    }

    /// <summary>The values in the object at <paramref name="key"/> that keep <paramref name="rule"/>, by name; any name will do.</summary>
    public IReadOnlyDictionary<string, T> ReadMap<T>(string key, SettingRule<T> rule)
    {
        Ask(key, $"an object; each value must be {rule.Description}", "{}");
        var values = new Dictionary<string, T>(StringComparer.Ordinal);
        if (!IsObject(key))
        {
            return values;
        }

        foreach (var property in _values[key].EnumerateObject())
        {
            if (Context.TryReadJson(SettingPath.Below(PathOf(key), property.Name), property.Value, rule, emptyIsUnset: false, out var value))
            {
                values[property.Name] = value;
            }
        }

        return values;
    }

    /// <summary>The section at <paramref name="key"/>, read by <paramref name="read"/>; an empty one if it is not set.</summary>
    public T ReadSection<T>(string key, Func<SettingsSection, T> read)
    {
        Ask(key, "an object", null);
        return ReadObject(Context, PathOf(key), IsObject(key) ? _values[key] : default, read);
    }

    /// <summary>The section at <paramref name="key"/>; <see langword="null"/> if it is not set.</summary>
    public T? ReadOptionalSection<T>(string key, Func<SettingsSection, T?> read)
        where T : class
    {
        Ask(key, "an object", null);
        return IsObject(key) ? ReadObject(Context, PathOf(key), _values[key], read) : null;
    }

    /// <summary>The sections in the list at <paramref name="key"/>.</summary>
    public IReadOnlyList<T> ReadSections<T>(string key, Func<SettingsSection, T?> read)
        where T : class
    {
        Ask(key, "a list of objects", null);
        var sections = new List<T>();
        foreach (var (index, element) in Elements(key).Index())
        {
            var path = SettingPath.Element(PathOf(key), index);
            if (element.ValueKind != JsonValueKind.Object)
            {
                Context.AddFault(path, $"{Context.Source}: {path} is {ShownValue.KindOf(element)}; it must be an object {{ }}.");
            }
            else if (ReadObject(Context, path, element, read) is { } section)
            {
                sections.Add(section);
            }
        }

        return sections;
    }

    /// <summary>The objects in the object at <paramref name="key"/>, by name, for others to read.</summary>
    public IReadOnlyDictionary<string, JsonElement> ReadObjects(string key) => ReadSection(key, section =>
    {
        section._asked.UnionWith(section._values.Keys);
        return section._values.Keys.Where(section.IsObject).ToDictionary(name => name, section.FilledObject);
    });

    /// <summary>The settings of this section that were not asked for until now, for others to read.</summary>
    public JsonElement ReadRest()
    {
        var rest = _values.Where(property => !_asked.Contains(property.Key)).ToList();
        _asked.UnionWith(_values.Keys);
        return FilledJson.Object(Context, _path, rest);
    }

    private JsonElement FilledObject(string key) => FilledJson.Object(
        Context, PathOf(key), _values[key].EnumerateObject().Select(property => KeyValuePair.Create(property.Name, property.Value)));

    private void Ask(string key, string rule, string? otherwise)
    {
        _asked.Add(key);
        Context.Ask(new AskedSetting(SettingPath.Pattern(PathOf(key)), rule, otherwise));
    }

    private bool TryGet<T>(string key, SettingRule<T> rule, [MaybeNullWhen(false)] out T value)
    {
        value = default;
        return Has(key) && Context.TryReadJson(PathOf(key), _values[key], rule, emptyIsUnset: true, out value);
    }

    private bool IsObject(string key)
    {
        if (!Has(key) || _values[key].ValueKind == JsonValueKind.Object)
        {
            return Has(key);
        }

        Reject(key, $"is {ShownValue.KindOf(_values[key])}; it must be an object {{ }}");
        return false;
    }

    private IEnumerable<JsonElement> Elements(string key)
    {
        if (!Has(key))
        {
            return [];
        }

        if (_values[key].ValueKind == JsonValueKind.Array)
        {
            return _values[key].EnumerateArray();
        }

        Reject(key, $"is {ShownValue.KindOf(_values[key])}; it must be a list [ ]");
        return [];
    }
}
