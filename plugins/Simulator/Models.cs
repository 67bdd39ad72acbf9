namespace ClaudeProxy.Plugins.Simulator;

/// <summary>The models that the API lists. Any other model whose name begins with <c>claude</c> is served as well.</summary>
internal static class Models
{
    private static readonly (string Id, string Name)[] s_all =
    [
        ("claude-opus-5-5", "Claude Opus 5.5"),
        ("claude-sonnet-5-5", "Claude Sonnet 5.5"),
        ("claude-haiku-5-5", "Claude Haiku 5.5"),
    ];

    /// <summary>All of them, as one page.</summary>
    public static string List()
    {
        var data = string.Join(',', s_all.Select(Write));
        return $$"""{"data":[{{data}}],"first_id":"{{s_all[0].Id}}","has_more":false,"last_id":"{{s_all[^1].Id}}"}""";
    }

    /// <summary>One of them.</summary>
    /// <exception cref="ApiException">There is none of this id.</exception>
    public static string Find(string id) =>
        s_all.FirstOrDefault(model => model.Id == id) is { Id: not null } model
            ? Write(model)
            : throw ApiErrors.OfStatus(404, message: $"model: {id}");

    // The beginning of time is what the API itself says of a model whose release date it does not know.
    private static string Write((string Id, string Name) model) =>
        $$"""{"type":"model","id":"{{model.Id}}","display_name":"{{model.Name}}","created_at":"1970-01-01T00:00:00Z"}""";
}
