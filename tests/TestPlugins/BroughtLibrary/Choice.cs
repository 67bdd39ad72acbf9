namespace ClaudeProxy.TestPlugins;

/// <summary>Chooses the last.</summary>
public static class Choice
{
    public static int Among(int count) => count - 1;
}
