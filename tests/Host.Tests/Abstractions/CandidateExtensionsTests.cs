using ClaudeProxy.Abstractions;

namespace ClaudeProxy.Tests.Abstractions;

public sealed class CandidateExtensionsTests
{
    private static readonly Candidate[] s_candidates = [new("a"), new("b"), new("c")];

    public static TheoryData<IReadOnlyList<Candidate>> Lists => [s_candidates, s_candidates.ToList(), s_candidates.AsReadOnly()];

    [Theory]
    [MemberData(nameof(Lists))]
    public void AsSpan_AnyKindOfList_HasItsElementsInOrder(IReadOnlyList<Candidate> list) => Assert.Equal(s_candidates, list.AsSpan().ToArray());
}
