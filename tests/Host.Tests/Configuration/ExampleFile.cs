using System.Text;
using System.Text.RegularExpressions;
using ClaudeProxy.Configuration;
using ClaudeProxy.Configuration.Settings;

namespace ClaudeProxy.Tests.Configuration;

/// <summary><c>config.example.json</c>, and what the reader asks for when it reads all of it.</summary>
internal static partial class ExampleFile
{
    /// <summary>The file as it ships.</summary>
    public static string Text { get; } = Repository.Read("config.example.json");

    /// <summary>The file with the settings turned on that it holds behind <c>//</c>.</summary>
    public static string WithEverythingOn { get; } = SettingBehindComment().Replace(Text, "$1");

    /// <summary>Every setting that the reader knows.</summary>
    public static IReadOnlyDictionary<string, AskedSetting> AskedSettings { get; } = ReadEverything().Context.Asked
        .DistinctBy(setting => setting.Path)
        .ToDictionary(setting => setting.Path);

    /// <summary>The faults of the file with everything turned on.</summary>
    public static IReadOnlyList<string> FaultsWithEverythingOn => ReadEverything().Faults;

    private static (SettingsContext Context, IReadOnlyList<string> Faults) ReadEverything()
    {
        using var document = SettingsFile.Parse("config.example.json", Encoding.UTF8.GetBytes(WithEverythingOn));
        var context = new SettingsContext("config.example.json", Path.GetTempPath(), new Dictionary<string, string>());
        try
        {
            ConfigurationReader.Read(context, document.RootElement, ConfigurationOverrides.None);
            return (context, []);
        }
        catch (ConfigurationException exception)
        {
            return (context, exception.Faults);
        }
    }

    [GeneratedRegex("""^( *)// (?="\w+": .*,$)""", RegexOptions.Multiline)]
    private static partial Regex SettingBehindComment();
}
