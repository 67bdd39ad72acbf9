using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ClaudeProxy.Tests.Stress;

/// <summary>Sends requests of all sizes and finds out whether every byte arrived, in both directions. For one thread at a time.</summary>
internal sealed class StressClient(HttpClient client, Random random)
{
    private const int LargestBody = 1 << 20;
    private const int LargestAnswer = 64 << 10;

    private static readonly string s_noise = Convert.ToBase64String(RandomNumberGenerator.GetBytes(LargestBody * 3 / 4));

    /// <summary>Sends one request.</summary>
    /// <returns>What is wrong with its answer, or <see langword="null"/>.</returns>
    public async Task<string?> FindFaultAsync(int number)
    {
        var isStream = random.Next(2) == 0;
        var body = BodyOf(SizeUpTo(LargestBody), isStream);
        using var request = new HttpRequestMessage(HttpMethod.Post, isStream ? "/v1/messages?stream" : "/v1/messages") { Content = new ByteArrayContent(body) };
        request.Headers.Add(StressUpstream.NumberHeader, number.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add(StressUpstream.AnswerSizeHeader, SizeUpTo(LargestAnswer).ToString(CultureInfo.InvariantCulture));
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            var answer = await response.Content.ReadAsByteArrayAsync();
            return !response.IsSuccessStatusCode ? $"{number}: {(int)response.StatusCode} {Encoding.UTF8.GetString(answer)}"
                : Header(response, StressUpstream.NumberHeader) != number.ToString(CultureInfo.InvariantCulture) ? $"{number}: the answer of another request"
                : Header(response, StressUpstream.EchoHeader) != Convert.ToHexString(SHA256.HashData(body)) ? $"{number}: the upstream got another body"
                : Header(response, StressUpstream.AnswerHeader) != Convert.ToHexString(SHA256.HashData(answer)) ? $"{number}: the answer is not what was sent"
                : null;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            return $"{number}: {exception.GetType().Name} {exception.Message} {exception.InnerException?.Message}";
        }
    }

    // As many small ones as large ones, on every scale.
    private int SizeUpTo(int largest) => (int)(1024 * Math.Pow(largest / 1024.0, random.NextDouble()));

    private byte[] BodyOf(int size, bool isStream)
    {
        var start = random.Next(s_noise.Length - size);
        return Encoding.ASCII.GetBytes($$"""{"model":"claude-sonnet-4-5","stream":{{(isStream ? "true" : "false")}},"messages":"{{s_noise.AsSpan(start, size)}}"}""");
    }

    private static string Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : "";
}
