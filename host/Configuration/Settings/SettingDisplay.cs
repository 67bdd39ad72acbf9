namespace ClaudeProxy.Configuration.Settings;

/// <summary>How much of a value a fault may show.</summary>
internal enum SettingDisplay
{
    /// <summary>All of it, as the file has it.</summary>
    Plain,

    /// <summary>An address, without its user, password, query and fragment.</summary>
    Address,

    /// <summary>Nothing but its kind.</summary>
    Secret,
}
