namespace ClaudeProxy.Abstractions;

/// <summary>A value that must never be printed: its text is always <c>***</c>.</summary>
/// <remarks>Immutable, thread-safe. Equal to another secret of the same value.</remarks>
public sealed class Secret : IEquatable<Secret>
{
    private readonly string _value;

    /// <summary>Keeps <paramref name="value"/>; it may be empty.</summary>
    public Secret(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        _value = value;
    }

    /// <summary>Whether there is nothing to keep secret.</summary>
    public bool IsEmpty => _value.Length == 0;

    /// <summary>The value itself. Call it where the value is used, and nowhere else.</summary>
    public string Reveal() => _value;

    /// <inheritdoc />
    public bool Equals(Secret? other) => other is not null && string.Equals(_value, other._value, StringComparison.Ordinal);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as Secret);

    /// <inheritdoc />
    public override int GetHashCode() => _value.GetHashCode(StringComparison.Ordinal);

    /// <summary>Always <c>***</c>.</summary>
    public override string ToString() => "***";
}
