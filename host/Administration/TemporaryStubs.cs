using ClaudeProxy.Accounts;
namespace ClaudeProxy.Administration;
internal static class TemporaryStubs
{
    public static void Reset(this AccountState account) => account.Cooldown.EndFault(DateTimeOffset.MinValue);
    public static void Disable(this AccountState account, string reason) => account.SwitchedOff = reason;
    public static void Enable(this AccountState account) => account.SwitchedOff = null;
}
