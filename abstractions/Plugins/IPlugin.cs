namespace ClaudeProxy.Abstractions;

/// <summary>The entry point of a plugin assembly: exactly one public class in it implements this, with a public constructor without parameters.</summary>
/// <remarks>
/// <para><b>Lifetime:</b> constructed once when the assembly is loaded; the constructor must have no side effects. Construct,
/// <see cref="Register"/>, then the registered factories as the configuration asks for them.</para>
/// <para><b>Threading:</b> constructed and registered by one thread.</para>
/// <para><b>Failure:</b> let exceptions escape. The plugin is left out with a sentence in the log; the host goes on without it.</para>
/// </remarks>
public interface IPlugin
{
    /// <summary>Names what the plugin offers. Starts nothing.</summary>
    void Register(IPluginRegistry registry);
}
