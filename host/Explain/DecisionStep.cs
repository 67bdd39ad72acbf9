using System.Text.Json.Serialization;

namespace ClaudeProxy.Explain;

/// <summary>One step on a request's way: an account was picked, an attempt ended, or something else was decided. Immutable.</summary>
/// <param name="AfterMs">Milliseconds since the request arrived.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "step")]
[JsonDerivedType(typeof(PickStep), "picked")]
[JsonDerivedType(typeof(AttemptStep), "failed")]
[JsonDerivedType(typeof(NoteStep), "noted")]
internal abstract record DecisionStep(double AfterMs)
{
    /// <summary>The step before; <see langword="null"/> for the first. Steps are a list of their own, so that a request that is served at
    /// once pays for one object and no more.</summary>
    [JsonIgnore]
    public DecisionStep? Before { get; set; }
}
