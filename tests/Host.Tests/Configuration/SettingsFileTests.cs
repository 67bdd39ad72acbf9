using System.Text;
using ClaudeProxy.Configuration;

namespace ClaudeProxy.Tests.Configuration;

public sealed class SettingsFileTests
{
    [Fact]
    public void Read_MissingFile_SaysWhereItLookedAndWhatToDo()
    {
        using var folder = new ConfigFolder(json: null);

        var exception = Assert.Throws<ConfigurationException>(folder.Read);

        Assert.Equal(
            $"{folder.ConfigFile} does not exist (looked for {folder.ConfigFile}). "
            + "Start from config.example.json, which shows every setting, or run claude-proxy demo, which needs none.",
            exception.Message);
    }

    [Fact]
    public void Read_Folder_SaysSo()
    {
        using var folder = new ConfigFolder();

        var exception = Assert.Throws<ConfigurationException>(
            () => ConfigurationReader.Read(folder.Folder, folder.Environment, ConfigurationOverrides.None));

        Assert.Equal($"{folder.Folder} cannot be read: it is a folder.", exception.Message);
    }

    [Theory]
    [InlineData("{\n  \"a\": \"ü\" x\n}", "config.json: line 2, column 12: 'x' is invalid after a value. Expected either ',', '}', or ']'.")]
    [InlineData("{ \"a\": [", "config.json: line 1, column 9: the file ends before every { and [ is closed.")]
    [InlineData("", "config.json: line 1, column 1: the file is empty; it must hold one object { }.")]
    [InlineData("[]", "config.json holds a list; it must hold one object { }.")]
    [InlineData("{\n\"port\": \"\\ud800\" }", "config.json: line 2: a text has half of a surrogate pair (\\ud800 to \\udfff); write the pair.")]
    [InlineData("{\n\"\\ud800\": 1 }", "config.json: line 2: a text has half of a surrogate pair (\\ud800 to \\udfff); write the pair.")]
    public void Read_NoProperJson_SaysWhereAndWhat(string json, string fault) => Assert.Equal([fault], ConfigFolder.FaultsOf(json));

    [Fact]
    public void Read_OtherEncoding_SaysWhichIsWanted()
    {
        using var folder = new ConfigFolder();
        File.WriteAllText(folder.ConfigFile, "{ \"a\": \"ü\" }", Encoding.Latin1);

        Assert.Equal(["config.json is not UTF-8 text; save it as UTF-8."], folder.Faults());
    }

    [Fact]
    public void Read_EndlessFile_StopsReading()
    {
        var exception = Assert.Throws<ConfigurationException>(
            () => ConfigurationReader.Read("/dev/zero", new Dictionary<string, string>(), ConfigurationOverrides.None));

        Assert.Equal("/dev/zero is longer than 4MiB; it cannot be a configuration.", exception.Message);
    }
}
