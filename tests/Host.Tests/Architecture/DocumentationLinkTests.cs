using System.Text.RegularExpressions;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Architecture;

public sealed partial class DocumentationLinkTests
{
    public static TheoryData<string> Documents =>
    [
        .. Directory.GetFiles(Repository.Root, "*.md")
            .Concat(Directory.Exists(Docs) ? Directory.GetFiles(Docs, "*.md", SearchOption.AllDirectories) : [])
            .Select(path => Path.GetRelativePath(Repository.Root, path))
            .Order(StringComparer.Ordinal),
    ];

    private static string Docs => Path.Combine(Repository.Root, "docs");

    [Theory]
    [MemberData(nameof(Documents))]
    public async Task Links_OfADocument_LeadSomewhere(string document)
    {
        var path = Path.Combine(Repository.Root, document);
        var text = await File.ReadAllTextAsync(path);

        Assert.All(Link().Matches(CodeBlock().Replace(text, "")).Select(link => link.Groups["target"].Value).Where(IsRelative), target =>
        {
            var parts = target.Split('#', 2);
            var file = parts[0].Length == 0 ? path : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, parts[0]));
            Assert.True(Path.Exists(file), $"{document} links to {target}, which does not exist.");
            if (parts.Length == 2 && file.EndsWith(".md", StringComparison.Ordinal))
            {
                Assert.True(AnchorsOf(file).Contains(parts[1]), $"{document} links to {target}, but there is no such heading.");
            }
        });
    }

    private static bool IsRelative(string target) => !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith("mailto:", StringComparison.Ordinal);

    // As GitHub makes them: lower case, without punctuation, spaces to hyphens.
    private static HashSet<string> AnchorsOf(string path) =>
        [.. Heading().Matches(CodeBlock().Replace(File.ReadAllText(path), ""))
            .Select(heading => Punctuation().Replace(heading.Groups["text"].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'))];

    [GeneratedRegex(@"\[[^\]]*\]\((?<target>[^)\s]+)(\s+""[^""]*"")?\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"^#+\s+(?<text>.*)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex Punctuation();
}
