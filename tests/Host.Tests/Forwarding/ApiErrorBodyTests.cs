using System.Text;
using ClaudeProxy.Forwarding;
using ClaudeProxy.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace ClaudeProxy.Tests.Forwarding;

public sealed class ApiErrorBodyTests
{
    [Theory]
    [InlineData("""{"type":"error","error":{"type":"rate_limit_error","message":"Slow down"}}""", "rate_limit_error", null, "Slow down")]
    [InlineData("""{"error":{"type":"x","message":"m","details":{"error_code":"enforced_spend_limit_reached"}}}""", "x", "enforced_spend_limit_reached", "m")]
    [InlineData("""{"error":{"message":"m","code":"insufficient_quota","details":null}}""", null, "insufficient_quota", "m")]
    [InlineData("""{"error":"Invalid API key","message":"Invalid API key format"}""", null, "Invalid API key", "Invalid API key format")]
    [InlineData("""{"error":{"type":"x"},"message":"outside"}""", "x", null, "outside")]
    [InlineData("""{"code":"no_account"}""", null, "no_account", "")]
    [InlineData("""{"error":{"type":42,"message":["m"]}}""", null, null, "")]
    public void Read_KnownForms_FindsTypeCodeAndMessage(string body, string? type, string? code, string message) =>
        Assert.Equal(new ApiErrorBody(type, code, message), ApiErrorBody.Read(Encoding.UTF8.GetBytes(body)));

    [Theory]
    [InlineData("")]
    [InlineData("<html>Bad gateway</html>")]
    [InlineData("[1]")]
    [InlineData("\"text\"")]
    [InlineData("{\"error\":{\"type\":\"cut")]
    public void Read_NothingOfTheKind_IsEmpty(string body) => Assert.Equal(ApiErrorBody.Empty, ApiErrorBody.Read(Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void Read_AnyBytes_NeverThrows() =>
        Prop.ForAll<byte[]>(bytes => ApiErrorBody.Read(bytes) is not null && ApiErrorBody.ReadEvent(bytes) is not null).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void ReadEvent_PingsComeFirst_ReadsTheError(string lineEnd)
    {
        var stream = (Sse.Ping + ": wait\n\n" + Sse.Error("api_error", "Broken")).Replace("\n", lineEnd, StringComparison.Ordinal);

        var error = ApiErrorBody.ReadEvent(Encoding.UTF8.GetBytes(stream));

        Assert.Equal(("api_error", "Broken"), (error.Type, error.Message));
    }

    [Fact]
    public void ReadEvent_NoError_IsEmpty() => Assert.Equal(ApiErrorBody.Empty, ApiErrorBody.ReadEvent(Encoding.UTF8.GetBytes(Sse.Ping)));

    [Theory]
    [InlineData("invalid_request_error", 400)]
    [InlineData("authentication_error", 401)]
    [InlineData("billing_error", 402)]
    [InlineData("permission_error", 403)]
    [InlineData("not_found_error", 404)]
    [InlineData("request_too_large", 413)]
    [InlineData("rate_limit_error", 429)]
    [InlineData("api_error", 500)]
    [InlineData("timeout_error", 504)]
    [InlineData("overloaded_error", 529)]
    [InlineData("error_of_the_future", 500)]
    [InlineData(null, 500)]
    public void StatusOf_EachType_IsTheStatusItComesWith(string? type, int status) => Assert.Equal(status, ErrorTypes.StatusOf(type));
}
