using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace ClaudeProxy.Chaos.Clients;

/// <summary>Clients that send requests of mixed size and form through a proxy, without retries of their own. Thread-safe; dispose it.</summary>
internal sealed class Client(Uri proxy, int seed, RunClock clock) : IDisposable
{
    private const int LongestReason = 150;
    private const int SmallestBody = 1 << 10;
    private const int UsualBody = 64 << 10;
    private const int LargestBody = 1 << 20;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static readonly byte[] s_filler = [.. Enumerable.Range(0, LargestBody).Select(i => (byte)('a' + (i * 7 % 26)))];

    /// <summary>Requests come spread over so much of the time; the rest is for those that come late.</summary>
    private const double SpreadOver = 0.9;

    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false, AutomaticDecompression = DecompressionMethods.None, MaxConnectionsPerServer = 1024 })
    {
        BaseAddress = proxy,
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>What they got.</summary>
    public Tally Tally { get; } = new();

    /// <summary>Sends so many requests from so many clients, spread over the time; or as many as <paramref name="limit"/> lets.</summary>
    public async Task RunAsync(int requests, int clients, TimeSpan limit)
    {
        var next = 0;
        await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(async () =>
        {
            for (var number = Interlocked.Increment(ref next); number <= requests && clock.Elapsed < limit; number = Interlocked.Increment(ref next))
            {
                await clock.UntilAsync(limit * (SpreadOver * number / requests), CancellationToken.None).ConfigureAwait(false);
                await SendAsync(number).ConfigureAwait(false);
            }
        }))).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public void Dispose() => _client.Dispose();

    private async Task SendAsync(int number)
    {
        var random = new Random((seed * 1_000_003) + number);
        var (isStream, name) = (random.Next(10) < 7, number.ToString(CultureInfo.InvariantCulture));
        var body = BodyOf(random, isStream);
        var hash = Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, 8));
        using var patience = new CancellationTokenSource(s_patience, clock.TimeProvider);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/messages") { Content = new ByteArrayContent(body) };
        request.Content.Headers.TryAddWithoutValidation("content-type", "application/json");
        request.Headers.TryAddWithoutValidation("x-chaos-request", name);
        request.Headers.TryAddWithoutValidation("x-chaos-stream", isStream ? "1" : "0");
        var began = clock.Elapsed;
        try
        {
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token).ConfigureAwait(false);
            var (text, endedWell) = await ReadAsync(response, patience.Token).ConfigureAwait(false);
            var verdict =
                response.StatusCode != HttpStatusCode.OK ? Verdict.FailedBefore
                : isStream ? Judge.OnStream(text, endedWell, name, hash)
                : Judge.OnMessage(text, endedWell, name, hash);
            var said = verdict == Verdict.FailedBefore ? text[..Math.Min(text.Length, LongestReason)].ReplaceLineEndings(" ") : "";
            Tally.Add(verdict, $"{(int)response.StatusCode} {said}", $"{IdOf(response)} {At(began)}");
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            Tally.Add(Verdict.FailedBefore, $"{exception.Message} {exception.InnerException?.Message}", $"{name} {At(began)}");
        }
    }

    private string At(TimeSpan began) => string.Create(CultureInfo.InvariantCulture, $"{began.TotalSeconds:0.0} to {clock.Elapsed.TotalSeconds:0.0} s");

    private static string IdOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues("x-claude-proxy-request-id", out var ids) ? ids.First() : "";

    private static async Task<(string Text, bool EndedWell)> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using var received = new MemoryStream();
        var endedWell = true;
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            await stream.CopyToAsync(received, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException or OperationCanceledException)
        {
            endedWell = false;
        }

        return (Encoding.UTF8.GetString(received.GetBuffer(), 0, (int)received.Length), endedWell);
    }

    /// <summary>Nine of ten are up to 64 KB, as prompts begin; one of ten up to 1 MB, as they end.</summary>
    private static byte[] BodyOf(Random random, bool isStream)
    {
        var (smallest, largest) = random.Next(10) > 0 ? (SmallestBody, UsualBody) : (UsualBody, LargestBody);
        var length = (int)(smallest * Math.Pow((double)largest / smallest, random.NextDouble()));
        var begin = Encoding.ASCII.GetBytes(
            $$"""{"model":"claude-sonnet-4-5","max_tokens":100,"stream":{{(isStream ? "true" : "false")}},"messages":[{"role":"user","content":""" + "\"");
        var end = "\"}]}"u8;
        var filler = Math.Max(0, length - begin.Length - end.Length);
        var from = random.Next(0, s_filler.Length - filler);
        return [.. begin, .. s_filler.AsSpan(from, filler), .. end];
    }
}
