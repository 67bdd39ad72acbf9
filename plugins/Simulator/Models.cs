namespace ClaudeProxy.Plugins.Simulator;

/// <summary>The models that the API lists. Any other model whose name begins with <c>claude</c> is served as well.</summary>
internal static class Models
{
    private static readonly (string Id, string Name, string CreatedAt)[] s_all =
    [
        ("claude-opus-4-5", "Claude Opus 4.5", "2025-11-24T00:00:00Z"),
        ("claude-haiku-4-5", "Claude Haiku 4.5", "2025-10-15T00:00:00Z"),
        ("claude-sonnet-4-5", "Claude Sonnet 4.5", "2025-09-29T00:00:00Z"),
    ];

    /// <summary>All of them, as one page.</summary>
    public static string List() =>
        $$"""{"data":[{{string.Join(',', s_all.Select(Write))}}],"first_id":"{{s_all[0].Id}}","has_more":false,"last_id":"{{s_all[^1].Id}}"}""";

    /// <summary>One of them.</summary>
    /// <exception cref="ApiException">There is none of this id.</exception>
    public static string Find(string id) =>
        s_all.FirstOrDefault(model => model.Id == id) is { Id: not null } model
            ? Write(model)
            : throw ApiErrors.OfStatus(404, message: $"model: {id}");

    private static string Write((string Id, string Name, string CreatedAt) model) =>
        $$"""{"type":"model","id":"{{model.Id}}","display_name":"{{model.Name}}","created_at":"{{model.CreatedAt}}"}""";
}
