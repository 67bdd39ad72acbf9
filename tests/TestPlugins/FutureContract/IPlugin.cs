namespace ClaudeProxy.Abstractions;

/// <summary>The entry point as another major version might have it.</summary>
public interface IPlugin
{
    void Register(object registry);
}
