// A request as Claude Code makes it.
#pragma once
#include <stdio.h>

struct request
{
    char head[2048];
    size_t head_size;
};

static inline void request_write(struct request *request, int port, int key, const char *wish, size_t body_size)
{
    request->head_size = (size_t)snprintf(request->head, sizeof request->head,
        "POST /v1/messages?beta=true HTTP/1.1\r\nhost: 127.0.0.1:%d\r\naccept: application/json\r\ncontent-type: application/json\r\n"
        "user-agent: claude-cli/2.0.36 (external, cli)\r\nx-api-key: bench-client-key-%d\r\nx-app: cli\r\nanthropic-version: 2023-06-01\r\n"
        "anthropic-beta: claude-code-20250219,interleaved-thinking-2025-05-14,fine-grained-tool-streaming-2025-05-14\r\n"
        "anthropic-dangerous-direct-browser-access: true\r\nx-stainless-arch: x64\r\nx-stainless-lang: js\r\nx-stainless-os: Linux\r\n"
        "x-stainless-package-version: 0.68.0\r\nx-stainless-retry-count: 0\r\nx-stainless-runtime: node\r\nx-stainless-runtime-version: v22.20.0\r\n"
        "x-stainless-timeout: 600\r\naccept-language: *\r\nsec-fetch-mode: cors\r\naccept-encoding: identity\r\n"
        "x-bench: %s\r\ncontent-length: %zu\r\n\r\n", port, key, wish, body_size);
}
