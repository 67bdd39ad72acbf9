using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ClaudeProxy.Explain;

namespace ClaudeProxy.Administration;

/// <summary>Talks to the administration of a running proxy. Dispose it.</summary>
internal sealed class AdminClient : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly HttpClient _client;

    /// <summary>Talks to the proxy at <paramref name="address"/>, with <paramref name="key"/>.</summary>
    public AdminClient(Uri address, Secret key)
    {
        // Straight: the key is not for an egress proxy, nor for whatever a redirect would name.
        _client = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = address, Timeout = s_patience };
        _client.DefaultRequestHeaders.TryAddWithoutValidation("x-api-key", key.Reveal());
    }

    /// <summary>The newest decision records, the newest first.</summary>
    /// <exception cref="AdminException">The proxy did not answer so.</exception>
    public async Task<IReadOnlyList<DecisionReport>> LastAsync(int count, bool onlyNotable, CancellationToken cancellationToken)
    {
        var list = await AskAsync<DecisionList>(HttpMethod.Get, $"/admin/decisions?last={count}&notable={(onlyNotable ? "true" : "false")}", cancellationToken).ConfigureAwait(false);
        return list.Decisions;
    }

    /// <summary>The decision record of one request.</summary>
    /// <exception cref="AdminException">The proxy did not answer so.</exception>
    public Task<DecisionReport> FindAsync(string requestId, CancellationToken cancellationToken) =>
        AskAsync<DecisionReport>(HttpMethod.Get, $"/admin/decisions/{Uri.EscapeDataString(requestId)}", cancellationToken);

    /// <summary>Resets, disables or enables an account, and gives it as <c>/status</c> shows it.</summary>
    /// <exception cref="AdminException">The proxy did not answer so.</exception>
    public Task<JsonElement> ChangeAsync(string accountId, string change, CancellationToken cancellationToken) =>
        AskAsync<JsonElement>(HttpMethod.Post, $"/admin/accounts/{Uri.EscapeDataString(accountId)}/{change}", cancellationToken);

    /// <inheritdoc />
    public void Dispose() => _client.Dispose();

    private async Task<T> AskAsync<T>(HttpMethod method, string target, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(method, target);
            using var response = await _client.SendAsync(request, cancellationToken).ConfigureAwait(false);
            return response.IsSuccessStatusCode
                ? (await response.Content.ReadFromJsonAsync<T>(DecisionJson.Options, cancellationToken).ConfigureAwait(false))!
                : throw new AdminException(await RefusalOf(response, cancellationToken).ConfigureAwait(false));
        }
        catch (HttpRequestException exception)
        {
            throw new AdminException($"No proxy answers at {_client.BaseAddress} ({exception.Message}). Start it, or name its address with --url.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new AdminException($"The proxy at {_client.BaseAddress} did not answer within {s_patience.TotalSeconds} seconds.");
        }
        catch (JsonException)
        {
            throw new AdminException($"What answers at {_client.BaseAddress} is no claude-proxy of this version.");
        }
    }

    private async Task<string> RefusalOf(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.StatusCode == HttpStatusCode.Unauthorized)
        {
            return $"The proxy at {_client.BaseAddress} does not take this admin key. Run the command as the account that runs the proxy, "
                + $"or set {AdminKeySource.Variable} to one of its admin_keys.";
        }

        var error = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken).ConfigureAwait(false);
        return error.ValueKind == JsonValueKind.Object && error.TryGetProperty("error", out var inner) && inner.TryGetProperty("message", out var message)
            ? message.GetString()!
            : $"The proxy at {_client.BaseAddress} answered {(int)response.StatusCode}.";
    }

    private sealed record DecisionList(IReadOnlyList<DecisionReport> Decisions);
}
