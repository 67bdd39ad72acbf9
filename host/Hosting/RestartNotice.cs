using ClaudeProxy.Configuration;
using Microsoft.Extensions.Logging;

namespace ClaudeProxy.Hosting;

/// <summary>Tells the operator which changes a reload cannot carry out.</summary>
internal static class RestartNotice
{
    /// <summary>Tells what is different in <paramref name="after"/> and takes effect at the next start.</summary>
    public static void Tell(ILogger logger, ProxyOptions before, ProxyOptions after)
    {
        if ((before.Host, before.Port) != (after.Host, after.Port))
        {
            logger.NeedsRestart("host and port");
        }

        if ((before.Logging.Format, before.Logging.File) != (after.Logging.Format, after.Logging.File))
        {
            logger.NeedsRestart("logging.format and logging.file");
        }

        if (before.Failover.BodyMemory != after.Failover.BodyMemory)
        {
            logger.NeedsRestart("failover.body_memory");
        }
    }
}
