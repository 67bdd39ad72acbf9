// The body of a request: valid JSON of any size, every byte of which follows from its place, so that the upstream can tell a damaged one.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

// A prime: a part that was lost, doubled or moved does not fall onto its like.
#define FILLER_PERIOD 65521

#define BODY_HEAD_ONCE "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":1024,\"messages\":[{\"role\":\"user\",\"content\":\""
#define BODY_HEAD_STREAM "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":1024,\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\""
#define BODY_TAIL "\"}]}"
#define BODY_SMALLEST 128

static char filler[2 * FILLER_PERIOD];

static void filler_init(void)
{
    for (size_t i = 0; i < sizeof filler; i++)
    {
        size_t at = i % FILLER_PERIOD;
        filler[i] = at % 7 == 6 ? ' ' : (char)('a' + (at * 11 + at / 26 + at / 677) % 26);
    }
}

// Gives what a body of that size has at a place, and for how many bytes at most.
static const char *body_at(size_t size, bool stream, size_t place, size_t *count)
{
    const char *head = stream ? BODY_HEAD_STREAM : BODY_HEAD_ONCE;
    size_t head_size = strlen(head), tail_size = strlen(BODY_TAIL);
    if (place < head_size)
    {
        *count = head_size - place;
        return head + place;
    }

    if (place >= size - tail_size)
    {
        *count = size - place;
        return BODY_TAIL + (place - (size - tail_size));
    }

    size_t left = size - tail_size - place;
    *count = left < FILLER_PERIOD ? left : FILLER_PERIOD;
    return filler + place % FILLER_PERIOD;
}

static inline void body_write(char *to, size_t size, bool stream)
{
    for (size_t place = 0, count; place < size; place += count)
    {
        const char *expected = body_at(size, stream, place, &count);
        memcpy(to + place, expected, count);
    }
}

static inline bool body_matches(size_t size, bool stream, size_t place, const char *bytes, size_t length)
{
    if (size < BODY_SMALLEST || length > size - place)
    {
        return false;
    }

    while (length > 0)
    {
        size_t count;
        const char *expected = body_at(size, stream, place, &count);
        count = count < length ? count : length;
        if (memcmp(bytes, expected, count) != 0)
        {
            return false;
        }

        place += count;
        bytes += count;
        length -= count;
    }

    return true;
}
