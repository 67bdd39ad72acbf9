using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ClaudeProxy.Policies;

/// <summary>Makes every turn of a loop, every jump and every function of a script look whether its call must end.</summary>
/// <remarks>What is put in stays on the line it is put in, so that errors and exceptions keep their lines. A lambda or property with an
/// expression as body is left as it is: without its type, no statement can be put before it.</remarks>
internal sealed class ScriptRewriter : CSharpSyntaxRewriter
{
    private static readonly StatementSyntax s_check =
        SyntaxFactory.ParseStatement($"{Interruption.HookType}.{Interruption.HookField}();");

    private static readonly MemberDeclarationSyntax s_hook = SyntaxFactory.ParseMemberDeclaration(
        $"static class {Interruption.HookType} {{ public static global::System.Action {Interruption.HookField}; }} ")!;

    /// <summary>Rewrites a whole script.</summary>
    public static CompilationUnitSyntax Rewrite(CompilationUnitSyntax script)
    {
        var rewritten = (CompilationUnitSyntax)new ScriptRewriter().Visit(script);
        return rewritten.WithMembers(rewritten.Members.Insert(0, s_hook));
    }

    public override SyntaxNode VisitForStatement(ForStatementSyntax node)
    {
        var loop = (ForStatementSyntax)base.VisitForStatement(node)!;
        return loop.WithStatement(Checked(loop.Statement));
    }

    public override SyntaxNode VisitForEachStatement(ForEachStatementSyntax node)
    {
        var loop = (ForEachStatementSyntax)base.VisitForEachStatement(node)!;
        return loop.WithStatement(Checked(loop.Statement));
    }

    public override SyntaxNode VisitForEachVariableStatement(ForEachVariableStatementSyntax node)
    {
        var loop = (ForEachVariableStatementSyntax)base.VisitForEachVariableStatement(node)!;
        return loop.WithStatement(Checked(loop.Statement));
    }

    public override SyntaxNode VisitWhileStatement(WhileStatementSyntax node)
    {
        var loop = (WhileStatementSyntax)base.VisitWhileStatement(node)!;
        return loop.WithStatement(Checked(loop.Statement));
    }

    public override SyntaxNode VisitDoStatement(DoStatementSyntax node)
    {
        var loop = (DoStatementSyntax)base.VisitDoStatement(node)!;
        return loop.WithStatement(Checked(loop.Statement));
    }

    public override SyntaxNode VisitGotoStatement(GotoStatementSyntax node) => Checked(node);

    public override SyntaxNode VisitLocalFunctionStatement(LocalFunctionStatementSyntax node)
    {
        var function = (LocalFunctionStatementSyntax)base.VisitLocalFunctionStatement(node)!;
        return BodyOf(function.Body, function.ExpressionBody, function.ReturnType, function.SemicolonToken) is { } body
            ? function.WithBody(body).WithExpressionBody(null).WithSemicolonToken(default)
            : function;
    }

    public override SyntaxNode VisitMethodDeclaration(MethodDeclarationSyntax node)
    {
        var method = (MethodDeclarationSyntax)base.VisitMethodDeclaration(node)!;
        return BodyOf(method.Body, method.ExpressionBody, method.ReturnType, method.SemicolonToken) is { } body
            ? method.WithBody(body).WithExpressionBody(null).WithSemicolonToken(default)
            : method;
    }

    public override SyntaxNode VisitSimpleLambdaExpression(SimpleLambdaExpressionSyntax node)
    {
        var lambda = (SimpleLambdaExpressionSyntax)base.VisitSimpleLambdaExpression(node)!;
        return lambda.Block is { } block ? lambda.WithBlock(Checked(block)) : lambda;
    }

    public override SyntaxNode VisitParenthesizedLambdaExpression(ParenthesizedLambdaExpressionSyntax node)
    {
        var lambda = (ParenthesizedLambdaExpressionSyntax)base.VisitParenthesizedLambdaExpression(node)!;
        return lambda.Block is { } block ? lambda.WithBlock(Checked(block)) : lambda;
    }

    private static BlockSyntax? BodyOf(
        BlockSyntax? block, ArrowExpressionClauseSyntax? arrow, TypeSyntax returnType, SyntaxToken semicolon) =>
        (block, arrow?.Expression) switch
        {
            ({ } statements, _) => Checked(statements),
            (_, null or ThrowExpressionSyntax) => null,
            (_, { } expression) => SyntaxFactory
                .Block(s_check, IsVoid(returnType) ? SyntaxFactory.ExpressionStatement(expression) : ReturnOf(expression))
                .WithLeadingTrivia(TriviaOf(arrow!.ArrowToken))
                .WithTrailingTrivia(TriviaOf(semicolon)),
        };

    private static bool IsVoid(TypeSyntax type) => type is PredefinedTypeSyntax { Keyword.RawKind: (int)SyntaxKind.VoidKeyword };

    private static SyntaxTriviaList TriviaOf(SyntaxToken token) => token.LeadingTrivia.AddRange(token.TrailingTrivia);

    private static ReturnStatementSyntax ReturnOf(ExpressionSyntax expression) => SyntaxFactory.ReturnStatement(
        SyntaxFactory.Token(SyntaxKind.ReturnKeyword).WithTrailingTrivia(SyntaxFactory.Space),
        expression,
        SyntaxFactory.Token(SyntaxKind.SemicolonToken));

    private static BlockSyntax Checked(BlockSyntax block) => block.WithStatements(block.Statements.Insert(0, s_check));

    private static BlockSyntax Checked(StatementSyntax statement) =>
        statement is BlockSyntax block ? Checked(block) : SyntaxFactory.Block(s_check, statement);
}
