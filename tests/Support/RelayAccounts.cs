using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ClaudeProxy.Tests.Support;

/// <summary>Writes accounts into Redis as the relay does.</summary>
public static class RelayAccounts
{
    /// <summary>The first sample account: healthy, longest unused but for <see cref="StaleLimit"/>.</summary>
    public const string Healthy = "11111111-1111-4111-8111-111111111111";

    /// <summary>Healthy, used just now, preferred, and marked as unavailable for a while.</summary>
    public const string Marked = "22222222-2222-4222-8222-222222222222";

    /// <summary>Rate limited now, with a known end, and stopped for it.</summary>
    public const string Limited = "33333333-3333-4333-8333-333333333333";

    /// <summary>Limited three hours ago, in the old way, and never cleaned up.</summary>
    public const string StaleLimit = "44444444-4444-4444-8444-444444444444";

    /// <summary>Switched off, its tokens wiped.</summary>
    public const string Revoked = "55555555-5555-4555-8555-555555555555";

    /// <summary>A temporary error, for three more minutes.</summary>
    public const string Flaky = "66666666-6666-4666-8666-666666666666";

    // The shape of an encrypted secret, which no reader has any business with.
    private const string Encrypted = "00112233445566778899aabbccddeeff:0f0e0d0c0b0a09080706050403020100";

    /// <summary>Adds an account, healthy and shared unless <paramref name="fields"/> say otherwise.</summary>
    public static async Task AddAccountAsync(this RedisServer redis, string id, params (string Name, string Value)[] fields)
    {
        await using var client = await redis.ConnectAsync();
        await client.ExecuteAllAsync(AddAccount(id, fields));
    }

    /// <summary>Changes fields of an account.</summary>
    public static Task ChangeAccountAsync(this RedisServer redis, string id, params (string Name, string Value)[] fields) =>
        redis.ExecuteAsync(["HSET", KeyOf(id), .. fields.SelectMany(field => (string[])[field.Name, field.Value])]);

    /// <summary>Adds the six sample accounts and the noise that lies beside them in a relay's Redis.</summary>
    public static async Task AddSampleAsync(this RedisServer redis)
    {
        await using var client = await redis.ConnectAsync();
        await client.ExecuteAllAsync([.. SampleAccounts(), .. SampleNoise()]);
    }

    /// <summary>Adds many healthy accounts at once; their ids end with their number.</summary>
    public static async Task AddManyAsync(this RedisServer redis, int count)
    {
        await using var client = await redis.ConnectAsync();
        foreach (var some in Enumerable.Range(0, count).Chunk(500))
        {
            await client.ExecuteAllAsync([.. some.SelectMany(number => AddAccount(NumberedId(number)))]);
        }
    }

    /// <summary>The id of an account of <see cref="AddManyAsync"/>.</summary>
    public static string NumberedId(int number) => string.Create(CultureInfo.InvariantCulture, $"00000000-0000-4000-8000-{number:d12}");

    /// <summary>The name that an account's id goes by in logs and <c>/status</c>.</summary>
    public static string Shown(string id) => $"{id[..8]}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(id)).AsSpan(0, 2))}";

    /// <summary>The key of an account.</summary>
    public static string KeyOf(string id) => $"claude:account:{id}";

    /// <summary>A time as JavaScript writes it, that far from now.</summary>
    public static string TimeFromNow(TimeSpan distance) =>
        (TimeProvider.System.GetUtcNow() + distance).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    /// <summary>The commands that add an account.</summary>
    public static string[][] AddAccount(string id, params (string Name, string Value)[] fields)
    {
        var hash = new Dictionary<string, string>
        {
            ["id"] = id, ["name"] = $"Account {id[^4..]}", ["description"] = "", ["email"] = Encrypted, ["password"] = "",
            ["claudeAiOauth"] = Encrypted, ["accessToken"] = Encrypted, ["refreshToken"] = Encrypted,
            ["expiresAt"] = "1795310608000", ["scopes"] = "user:inference user:profile", ["proxy"] = "", ["isActive"] = "true",
            ["accountType"] = "shared", ["platform"] = "claude", ["priority"] = "50", ["createdAt"] = Ago(30 * 24 * 60),
            ["lastUsedAt"] = "", ["lastRefreshAt"] = Ago(120), ["status"] = "active", ["errorMessage"] = "", ["schedulable"] = "true",
        };
        foreach (var (name, value) in fields)
        {
            hash[name] = value;
        }

        return
        [
            ["HSET", KeyOf(id), .. hash.SelectMany(field => (string[])[field.Key, field.Value])],
            ["SADD", KeyOf("index"), id],
        ];
    }

    private static string[][] SampleAccounts() =>
    [
        .. AddAccount(
            Healthy, ("name", "Main A"), ("lastUsedAt", Ago(50)),
            ("proxy", """{"type":"socks5","host":"127.0.0.1","port":1080,"username":"","password":""}"""),
            ("sessionWindowStart", Ago(120)), ("sessionWindowEnd", Ago(-180)), ("sessionWindowStatus", "allowed")),
        .. AddAccount(Marked, ("name", "Main B"), ("priority", "10"), ("lastUsedAt", Ago(1))),
        .. AddAccount(
            Limited, ("name", "Limited new"), ("schedulable", "false"), ("lastUsedAt", Ago(10)), ("rateLimitStatus", "limited"),
            ("rateLimitedAt", Ago(10)), ("rateLimitEndAt", Ago(-80)), ("rateLimitAutoStopped", "true"), ("sessionWindowEnd", Ago(-80))),
        .. AddAccount(StaleLimit, ("name", "Limited stale"), ("lastUsedAt", Ago(180)), ("rateLimitStatus", "limited"), ("rateLimitedAt", Ago(180))),
        ["HDEL", KeyOf(StaleLimit), "schedulable", "priority", "platform"],
        .. AddAccount(
            Revoked, ("name", "Revoked"), ("isActive", "false"), ("status", "oauth_revoked"), ("accountType", "dedicated"),
            ("accessToken", ""), ("refreshToken", ""), ("claudeAiOauth", ""), ("lastUsedAt", Ago(2 * 24 * 60))),
        .. AddAccount(
            Flaky, ("name", "Flaky"), ("status", "temp_error"), ("schedulable", "false"), ("lastUsedAt", Ago(4)),
            ("tempErrorAt", Ago(2)), ("tempErrorAutoStopped", "true")),
    ];

    private static string[][] SampleNoise() =>
    [
        ["SETEX", $"claude_account:{Flaky}:5xx_errors", "300", "4"],

        // The times inside are long past; only how long the key still lives counts.
        ["SETEX", $"temp_unavailable:claude-official:{Marked}", "3600", """{"statusCode":503,"ttlSeconds":60,"expiresAt":"2026-01-01T00:01:00.000Z"}"""],
        ["SETEX", "sticky_session:0123456789abcdef0123456789abcdef", "3600", Healthy],
        ["HSET", KeyOf("77777777-7777-4777-8777-777777777777"), "rateLimitStatus", "limited"],
        ["HSET", "claude_console_account:88888888-8888-4888-8888-888888888888", "id", "88888888-8888-4888-8888-888888888888", "isActive", "true"],
        ["SET", KeyOf("junk"), "notahash"],
    ];

    private static string Ago(double minutes) => TimeFromNow(TimeSpan.FromMinutes(-minutes));
}
