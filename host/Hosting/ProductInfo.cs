using System.Reflection;

namespace ClaudeProxy.Hosting;

/// <summary>What this program is called, and which version it is.</summary>
internal static class ProductInfo
{
    /// <summary>Major, minor and patch.</summary>
    public static string Version { get; } =
        typeof(ProductInfo).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";
}
