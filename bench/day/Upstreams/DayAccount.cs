using ClaudeProxy.Plugins.Simulator;

namespace ClaudeProxy.Day.Upstreams;

/// <summary>An account of the day.</summary>
/// <param name="Name">What the proxy calls it.</param>
/// <param name="Workspace">Whose limits and cache it shares.</param>
internal sealed record DayAccount(string Name, SimulatedWorkspace Workspace)
{
    /// <summary>Its key.</summary>
    public string Token => $"sk-ant-{Name}";
}
