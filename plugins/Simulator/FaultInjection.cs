using System.Diagnostics;

namespace ClaudeProxy.Plugins.Simulator;

/// <summary>Finds out what befalls a request, and does it where it takes the place of the answer.</summary>
/// <param name="refuse">Lets the whole upstream refuse connections for a while.</param>
internal sealed class FaultInjection(Action<TimeSpan> refuse)
{
    /// <summary>What the request asks for in <c>x-simulator-fault</c>, else what is to befall the account.</summary>
    public static SimulatedFault? Find(Exchange exchange, SimulatedAccount account, bool isMessage)
    {
        var own = account.TakeFault(isMessage);
        if ((string?)exchange.Request.Headers["x-simulator-fault"] is not { } text)
        {
            return own;
        }

        try
        {
            var asked = FaultText.Parse(text);
            return asked.Account is null || asked.Account == account.Id ? asked : own;
        }
        catch (FormatException exception)
        {
            throw ApiErrors.Invalid($"x-simulator-fault: {exception.Message}");
        }
    }

    /// <summary>True if <paramref name="fault"/> took the place of the answer; false if there is to be one, whole or broken.</summary>
    public async Task<bool> StrikeAsync(Exchange exchange, SimulatedFault? fault)
    {
        switch (fault)
        {
            case SimulatedFault.Status status:
                throw ApiErrors.OfStatus(status);
            case SimulatedFault.Reset:
                exchange.Reset();
                return true;
            case SimulatedFault.Hang:
                await exchange.HangAsync();
                throw new UnreachableException();
            case SimulatedFault.Refuse refusal:
                exchange.Reset();
                refuse(refusal.Duration);
                return true;
            default:
                return false;
        }
    }
}
