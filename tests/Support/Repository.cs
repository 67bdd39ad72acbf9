namespace ClaudeProxy.Tests.Support;

/// <summary>The folder that the tests were built from.</summary>
public static class Repository
{
    /// <summary>Its path.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "ClaudeProxy.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds ClaudeProxy.slnx.");
    }
}
