namespace ClaudeProxy.Hosting;

/// <summary>A part of a generation, and what it was built from: the next generation shares it if that has not changed.</summary>
/// <param name="Key">Equal keys mean equal parts.</param>
/// <param name="Shared">The part, and this generation's reference to it.</param>
internal sealed record Part<T>(object Key, Shared<T> Shared)
    where T : class
{
    /// <summary>The part.</summary>
    public T Value => Shared.Value;

    /// <summary>The same part for the next generation.</summary>
    public Part<T> Share() => new(Key, Shared.AddReference());

    /// <summary>Shares <paramref name="previous"/> if it was built from <paramref name="key"/>, else builds anew.</summary>
    public static Part<T> ShareOrBuild(Part<T>? previous, object key, Func<T> build) =>
        previous is not null && previous.Key.Equals(key) ? previous.Share() : new Part<T>(key, new Shared<T>(build()));
}
