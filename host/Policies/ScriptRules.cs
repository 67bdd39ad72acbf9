using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ClaudeProxy.Policies;

/// <summary>What a script may not contain although the language allows it.</summary>
internal static class ScriptRules
{
    /// <summary>One line for each place that breaks a rule, in order.</summary>
    public static IEnumerable<string> FaultsOf(SyntaxNode script) =>
        from token in script.DescendantTokens(descendIntoTrivia: true)
        let fault = FaultOf(token)
        where fault is not null
        select $"{ScriptCompilation.PlaceOf(token.GetLocation())}: error: {fault}";

    private static string? FaultOf(SyntaxToken token) => token.Kind() switch
    {
        SyntaxKind.AwaitKeyword or SyntaxKind.AsyncKeyword =>
            $"'{token.Text}' is not allowed, for a script may not wait; it must decide at once.",
        SyntaxKind.LoadKeyword or SyntaxKind.ReferenceKeyword when token.Parent is DirectiveTriviaSyntax =>
            $"'#{token.Text}' is not supported; a script is one file and uses what the host lends it.",
        _ => null,
    };
}
