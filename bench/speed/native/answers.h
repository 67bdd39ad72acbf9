// What the upstream answers, byte for byte, as the API answers an API key; the load generator compares with it.
#pragma once
#include <stdint.h>
#include <string.h>

#define HEADERS_OF_EACH \
    "request-id: req_011CUbBench8QW7Zk3mT5vXy\r\n" \
    "anthropic-organization-id: 5b1f9d1c-2f36-4a30-9a0c-0c6a8f0e7d21\r\n" \
    "anthropic-workspace-id: wrkspc_01BenchWorkspace7Q2\r\n" \
    "anthropic-ratelimit-requests-limit: 4000\r\n" \
    "anthropic-ratelimit-requests-remaining: 3999\r\n" \
    "anthropic-ratelimit-requests-reset: 2099-01-01T00:00:00Z\r\n" \
    "anthropic-ratelimit-input-tokens-limit: 2000000\r\n" \
    "anthropic-ratelimit-input-tokens-remaining: 1998000\r\n" \
    "anthropic-ratelimit-input-tokens-reset: 2099-01-01T00:00:00Z\r\n" \
    "anthropic-ratelimit-output-tokens-limit: 400000\r\n" \
    "anthropic-ratelimit-output-tokens-remaining: 399000\r\n" \
    "anthropic-ratelimit-output-tokens-reset: 2099-01-01T00:00:00Z\r\n" \
    "strict-transport-security: max-age=31536000; includeSubDomains; preload\r\n" \
    "x-envoy-upstream-service-time: 1207\r\n" \
    "via: 1.1 google\r\n" \
    "cf-cache-status: DYNAMIC\r\n" \
    "cf-ray: 9a1b2c3d4e5f6a7b-FRA\r\n"

#define SMALL_BODY \
    "{\"model\":\"claude-sonnet-4-5-20250929\",\"id\":\"msg_01BenchJ5rT8wPq2LxVn4Zs\",\"type\":\"message\",\"role\":\"assistant\"," \
    "\"content\":[{\"type\":\"text\",\"text\":\"A proxy carries requests to those who can answer them, and answers back to those who asked. " \
    "A good one is not noticed.\"}],\"stop_reason\":\"end_turn\",\"stop_sequence\":null," \
    "\"usage\":{\"input_tokens\":512,\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0,\"output_tokens\":31,\"service_tier\":\"standard\"}}"

#define OVERLOADED_BODY \
    "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"},\"request_id\":\"req_011CUbBench8QW7Zk3mT5vXy\"}"

#define WRONG_BODY "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"These are not the bytes that were sent.\"}}"

#define STREAM_BEGIN \
    "event: message_start\n" \
    "data: {\"type\":\"message_start\",\"message\":{\"model\":\"claude-sonnet-4-5-20250929\",\"id\":\"msg_01BenchJ5rT8wPq2LxVn4Zs\",\"type\":\"message\"," \
    "\"role\":\"assistant\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{\"input_tokens\":512,\"output_tokens\":1}}}\n\n"

#define STREAM_BLOCK \
    "event: content_block_start\n" \
    "data: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"

#define STREAM_BLOCK_END "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n"

#define STREAM_USAGE \
    "event: message_delta\n" \
    "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},\"usage\":{\"output_tokens\":400}}\n\n"

#define STREAM_END "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"

// One piece of text, with its number and the moment it was sent.
#define DELTA_HEAD \
    "event: content_block_delta\n" \
    "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\""
#define DELTA_NUMBER 6
#define DELTA_TIME 20
#define DELTA_TAIL " and so it goes on\"}}\n\n"
#define DELTA_SIZE (sizeof DELTA_HEAD - 1 + DELTA_NUMBER + 1 + DELTA_TIME + sizeof DELTA_TAIL - 1)
#define DELTA_TIME_AT (sizeof DELTA_HEAD - 1 + DELTA_NUMBER + 1)

static void digits_write(char *to, int width, uint64_t value)
{
    while (width-- > 0)
    {
        to[width] = (char)('0' + value % 10);
        value /= 10;
    }
}

static inline uint64_t digits_read(const char *from, int width)
{
    uint64_t value = 0;
    for (int i = 0; i < width; i++)
    {
        value = value * 10 + (uint64_t)(from[i] - '0');
    }

    return value;
}

static void delta_write(char *to, unsigned number, uint64_t sent_at)
{
    memcpy(to, DELTA_HEAD, sizeof DELTA_HEAD - 1);
    to += sizeof DELTA_HEAD - 1;
    digits_write(to, DELTA_NUMBER, number);
    to[DELTA_NUMBER] = ' ';
    digits_write(to + DELTA_NUMBER + 1, DELTA_TIME, sent_at);
    memcpy(to + DELTA_NUMBER + 1 + DELTA_TIME, DELTA_TAIL, sizeof DELTA_TAIL - 1);
}
