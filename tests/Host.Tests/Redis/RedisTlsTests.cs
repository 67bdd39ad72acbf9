using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using ClaudeProxy.Tests.Support;

namespace ClaudeProxy.Tests.Redis;

public sealed class RedisTlsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("redis-tls-").FullName;

    private string Certificate => Path.Combine(_folder, "certificate.pem");

    private string Key => Path.Combine(_folder, "key.pem");

    [Fact]
    public async Task ServerWithACertificateThatTheMachineTrusts_IsRead()
    {
        await using var redis = await StartAsync();
        await using var proxy = await ProxyProcess.StartAsync(
            ("TARGET_URL", "http://127.0.0.1:9"), ("REDIS_HOST", "127.0.0.1"), ("REDIS_PORT", $"{redis.TlsPort}"), ("REDIS_ENABLE_TLS", "true"), ("SSL_CERT_FILE", Certificate));
        using var client = new HttpClient { BaseAddress = proxy.Address };

        await Eventually.HoldsAsync(() => client.GetAsync("/ready").GetAwaiter().GetResult().IsSuccessStatusCode, "the accounts are read");
        using var status = JsonDocument.Parse(await client.GetStringAsync("/status"));

        Assert.Equal(3, status.RootElement.GetProperty("accounts").GetArrayLength());
    }

    [Fact]
    public async Task ServerWithACertificateThatNobodyVouchesFor_IsRefusedInASentence()
    {
        await using var redis = await StartAsync();
        await using var source = await RedisSource.OpenAsync(("host", "127.0.0.1"), ("port", redis.TlsPort), ("tls", true), ("timeout", "2s"));

        var failure = await Assert.ThrowsAnyAsync<Exception>(() => source.NextAsync());

        Assert.StartsWith($"Redis at 127.0.0.1:{redis.TlsPort} cannot be reached", failure.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<RedisServer> StartAsync()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        await File.WriteAllTextAsync(Certificate, certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(Key, key.ExportECPrivateKeyPem());
        var redis = await RedisServer.StartWithTlsAsync(Certificate, Key);
        await redis.AddManyAsync(3);
        return redis;
    }
}
