using System.Diagnostics;

namespace ClaudeProxy.Extensions;

/// <summary>Says in a few words what foreign code has thrown, and where if that is known; keeps nothing of it.</summary>
internal static class ExceptionText
{
    private const int MaxLength = 300;

    /// <summary>For example <c>InvalidOperationException (no more) at policies/mine.csx(7)</c>.</summary>
    public static string Of(Exception exception)
    {
        var message = MessageOf(exception).ReplaceLineEndings(" ").Trim();
        if (message.Length > MaxLength)
        {
            message = message[..MaxLength] + "…";
        }

        return $"{exception.GetType().Name} ({message}){PlaceOf(exception)}";
    }

    // A stranger's exception may fail even at this.
    private static string MessageOf(Exception exception)
    {
        try
        {
            return exception.Message;
        }
        catch (Exception)
        {
            return "no message";
        }
    }

    private static string PlaceOf(Exception exception)
    {
        var frame = new StackTrace(exception, fNeedFileInfo: true).GetFrames().FirstOrDefault(frame => frame.GetFileName() is not null);
        return frame is null ? "" : $" at {frame.GetFileName()}({frame.GetFileLineNumber()})";
    }
}
