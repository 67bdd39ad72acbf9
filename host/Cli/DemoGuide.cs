namespace ClaudeProxy.Cli;

/// <summary>What the demo tells: what runs, and how to try it.</summary>
internal static class DemoGuide
{
    /// <summary>Writes the guide for a proxy that listens on <paramref name="address"/>.</summary>
    public static void Write(TextWriter output, string address) => output.WriteLine(
        $$"""

        claude-proxy runs on {{address}} with three simulated accounts; no key and no network is needed.
        One of them fails now and then. Watch the log below: the client never notices.

        Try it:
          curl -sN {{address}}/v1/messages -H 'content-type: application/json' -d '{"model":"claude-sonnet-4-5","max_tokens":100,"stream":true,"messages":[{"role":"user","content":"Hello"}]}'

        Point Claude Code at it:
          export ANTHROPIC_BASE_URL={{address}}
          export ANTHROPIC_AUTH_TOKEN=demo

        See what the proxy knows: {{address}}/status. Stop it with Ctrl+C.

        """);
}
