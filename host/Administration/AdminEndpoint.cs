using System.Buffers;
using System.Globalization;
using System.Text.Json;
using ClaudeProxy.Accounts;
using ClaudeProxy.Endpoint;
using ClaudeProxy.Explain;
using ClaudeProxy.Failover;
using ClaudeProxy.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Administration;

/// <summary>Answers <c>/admin/*</c>: what was decided, and changes of single accounts by hand. Thread-safe.</summary>
internal sealed class AdminEndpoint(CurrentGeneration current, DecisionLog decisions, AdminKeys keys, TimeProvider timeProvider, ILogger<AdminEndpoint> logger)
{
    private const string Prefix = "/admin/";
    private const string DisabledByHand = "disabled by hand";
    private const int UsualCount = 20;

    /// <summary>Whether the path is one of the administration's.</summary>
    public static bool Has(string? path) => path?.StartsWith(Prefix, StringComparison.Ordinal) == true;

    /// <summary>Answers one request.</summary>
    public async Task HandleAsync(HttpContext context, RequestIds ids)
    {
        var body = new ArrayBufferWriter<byte>(1024);
        if ((Check(context) ?? Answer(context, body)) is { } error)
        {
            await ErrorWriter.WriteAsync(context, error, ids.Next()).ConfigureAwait(false);
            return;
        }

        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentLength = body.WrittenCount;
        await context.Response.BodyWriter.WriteAsync(body.WrittenMemory, context.RequestAborted).ConfigureAwait(false);
    }

    private ApiError? Check(HttpContext context)
    {
        var refusal =
            context.Request.Headers.Origin.Count > 0 ? AdminErrors.FromBrowser
            : With(generation => keys.Open(context.Request.Headers, generation.Options.AdminKeys)) ? null
            : AdminErrors.Unauthenticated;
        if (refusal is not null)
        {
            logger.AdministrationRefused(refusal == AdminErrors.FromBrowser ? "it comes from a page in a browser" : "it shows no admin key");
        }

        return refusal;
    }

    /// <summary>Writes the answer; or says why there is none.</summary>
    private ApiError? Answer(HttpContext context, IBufferWriter<byte> output)
    {
        // From the target as it came: the server leaves %2F as it is, and an account may be called a/b.
        var path = FrontDoor.TargetOf(context)!.Split('?', 2)[0];
        var (isGet, isPost) = (HttpMethods.IsGet(context.Request.Method), HttpMethods.IsPost(context.Request.Method));
        return path[Prefix.Length..].Split('/') switch
        {
            ["decisions"] => isGet ? WriteLast(context.Request.Query, output) : AdminErrors.WrongMethod("GET"),
            ["decisions", var id] => isGet ? WriteOne(Uri.UnescapeDataString(id), output) : AdminErrors.WrongMethod("GET"),
            ["accounts", var id, ("reset" or "disable" or "enable") and var change] =>
                isPost ? Change(Uri.UnescapeDataString(id), change, output) : AdminErrors.WrongMethod("POST"),
            _ => AdminErrors.UnknownPath,
        };
    }

    private ApiError? WriteLast(IQueryCollection query, IBufferWriter<byte> output)
    {
        var text = query["last"].ToString();
        var count = UsualCount;
        if (text.Length > 0 && !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count is >= 1 and <= DecisionLog.Capacity))
        {
            return AdminErrors.WrongCount(text, DecisionLog.Capacity);
        }

        var records = decisions.Last(count, onlyNotable: query["notable"] == "true");
        Write(output, new { decisions = records.Select(record => record.Report()) });
        return null;
    }

    private ApiError? WriteOne(string id, IBufferWriter<byte> output)
    {
        if (decisions.Find(id) is not { } record)
        {
            return AdminErrors.UnknownRequest(id, DecisionLog.Capacity);
        }

        Write(output, record.Report());
        return null;
    }

    private ApiError? Change(string id, string change, IBufferWriter<byte> output) => With(generation =>
    {
        if (generation.Feed.Value.Pool.Accounts.FirstOrDefault(account => account.AccountId == id) is not { } account)
        {
            return AdminErrors.UnknownAccount(id);
        }

        Change(account, change);
        logger.AccountChanged(account.AccountId, change);
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
        AccountReport.Write(json, account, timeProvider.GetUtcNow(), generation.Feed.Value.Pool.Options.Recovery.RampUp);
        return null;
    });

    private static void Change(AccountState account, string change)
    {
        switch (change)
        {
            case "disable":
                account.Disable(DisabledByHand);
                break;
            case "enable":
                account.Enable();
                break;
            default:
                account.Reset();
                break;
        }
    }

    private T With<T>(Func<Generation, T> use)
    {
        var generation = current.Rent();
        try
        {
            return use(generation.Value);
        }
        finally
        {
            current.Return(generation);
        }
    }

    private static void Write<T>(IBufferWriter<byte> output, T value)
    {
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true, Encoder = DecisionJson.Options.Encoder });
        JsonSerializer.Serialize(json, value, DecisionJson.Options);
    }
}
