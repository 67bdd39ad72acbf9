using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace ClaudeProxy.Configuration.Settings;

/// <summary>Texts that read the environment: <c>${NAME}</c>, <c>${NAME:-default}</c>, and <c>$${</c> for <c>${</c> itself.</summary>
internal static partial class VariableText
{
    /// <summary>Fills in the variables of the text at <paramref name="path"/>; false, with faults, if it cannot be done.</summary>
    public static bool TryFill(SettingsContext context, string path, string text, [NotNullWhen(true)] out string? filled)
    {
        var complete = true;
        filled = Variable().Replace(text, match =>
        {
            if (match.Value == "$${")
            {
                return "${";
            }

            var name = match.Groups["name"];
            if (!name.Success)
            {
                return Fail("has a \"${\" that begins neither ${NAME} nor ${NAME:-default}; write \"$${\" for the characters themselves");
            }

            var otherwise = match.Groups["otherwise"].Success ? match.Groups["otherwise"].Value : null;
            return context.Variable(name.Value) ?? otherwise ?? Fail(
                $"reads ${{{name.Value}}}, but the environment variable {name.Value} is not set; "
                + $"set it, or write ${{{name.Value}:-default}}");
        });

        filled = complete ? filled : null;
        return complete;

        string Fail(string fault)
        {
            complete = false;
            context.AddFault(path, $"{context.Source}: {path} {fault}.");
            return "";
        }
    }

    [GeneratedRegex(@"\$\$\{|\$\{(?:(?<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?<otherwise>[^}]*))?\})?")]
    private static partial Regex Variable();
}
