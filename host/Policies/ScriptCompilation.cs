using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;

namespace ClaudeProxy.Policies;

/// <summary>Turns a script into an assembly. The only way into the compiler: nothing else here makes the runtime load it.</summary>
internal static class ScriptCompilation
{
    private static readonly string[] s_usings =
    [
        "System", "System.Collections.Generic", "System.Linq",
        "ClaudeProxy.Abstractions", "ClaudeProxy.Abstractions.FailoverDecision", "ClaudeProxy.Abstractions.Durations",
    ];

    // The core library twice: where its types are, and where the contract believes them to be.
    private static readonly string[] s_frameworkAssemblies =
    [
        "System.Private.CoreLib", "System.Runtime", "System.Collections", "System.Collections.Concurrent", "System.Console", "System.Linq",
        "System.Memory", "System.Net.Primitives", "System.Private.Uri", "System.Text.RegularExpressions", "System.Threading",
    ];

    /// <summary>The assembly of <paramref name="source"/>, with line numbers in it.</summary>
    /// <exception cref="ScriptException">The script does not compile; the message has a line for each error.</exception>
    public static byte[] Compile(ScriptSource source)
    {
        var tree = CSharpSyntaxTree.ParseText(
            source.Text,
            CSharpParseOptions.Default.WithKind(SourceCodeKind.Script).WithLanguageVersion(LanguageVersion.Latest),
            source.Path,
            Encoding.UTF8);
        var root = tree.GetCompilationUnitRoot();
        Refuse(source, [.. ScriptRules.FaultsOf(root)]);

        using var assembly = new MemoryStream();
        var rewritten = tree.WithRootAndOptions(ScriptRewriter.Rewrite(root), tree.Options);
        var emitted = CompilationOf(source, rewritten)
            .Emit(assembly, options: new EmitOptions(debugInformationFormat: DebugInformationFormat.Embedded));
        if (!emitted.Success)
        {
            // Asked of the script as it was written, so that columns are right.
            Refuse(source, ErrorsOf(CompilationOf(source, tree).GetDiagnostics()));
            Refuse(source, ErrorsOf(emitted.Diagnostics));
        }

        return assembly.ToArray();
    }

    /// <summary>A place as editors understand it: <c>file(line,column)</c>, from 1.</summary>
    public static string PlaceOf(Location location)
    {
        var start = location.GetLineSpan();
        return $"{start.Path}({start.StartLinePosition.Line + 1},{start.StartLinePosition.Character + 1})";
    }

    private static CSharpCompilation CompilationOf(ScriptSource source, SyntaxTree tree) => CSharpCompilation.CreateScriptCompilation(
        Path.GetFileNameWithoutExtension(source.Path),
        tree,
        ReferencesOf(source),
        new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary,
            usings: s_usings,
            optimizationLevel: OptimizationLevel.Release,
            nullableContextOptions: NullableContextOptions.Annotations),
        previousScriptCompilation: null,
        source.ResultType,
        source.ContextType);

    private static IEnumerable<MetadataReference> ReferencesOf(ScriptSource source)
    {
        var framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        return s_frameworkAssemblies
            .Select(name => Path.Combine(framework, name + ".dll"))
            .Append(source.ContextType.Assembly.Location)
            .Select(path => MetadataReference.CreateFromFile(path));
    }

    private static string[] ErrorsOf(IEnumerable<Diagnostic> diagnostics) =>
    [
        .. from diagnostic in diagnostics
           where diagnostic.Severity == DiagnosticSeverity.Error
           orderby diagnostic.Location.SourceSpan.Start
           select $"{PlaceOf(diagnostic.Location)}: error {diagnostic.Id}: {diagnostic.GetMessage()}",
    ];

    private static void Refuse(ScriptSource source, string[] faults)
    {
        if (faults.Length > 0)
        {
            throw new ScriptException(
                $"Script '{source.Path}' does not compile:{Environment.NewLine}  {string.Join($"{Environment.NewLine}  ", faults)}");
        }
    }
}
