// Compares an answer with what the upstream sends, byte for byte, and reads from a stream's pieces when they were sent.
#pragma once
#include "answers.h"
#include "clock.h"
#include "samples.h"
#include <stdbool.h>

struct check
{
    bool is_stream;
    unsigned pieces, events;
    size_t count;
    uint64_t read_at;
    struct samples *delays;
    char event[1024];
};

static inline void check_begin(struct check *check)
{
    check->events = 0;
    check->count = 0;
}

static bool check_is(const struct check *check, const char *expected)
{
    return check->count == strlen(expected) && memcmp(check->event, expected, check->count) == 0;
}

static bool check_piece(struct check *check, unsigned number)
{
    char expected[DELTA_SIZE];
    if (check->count != DELTA_SIZE)
    {
        return false;
    }

    uint64_t sent_at = digits_read(check->event + DELTA_TIME_AT, DELTA_TIME);
    delta_write(expected, number, sent_at);
    samples_add(check->delays, check->read_at > sent_at ? check->read_at - sent_at : 0);
    return memcmp(check->event, expected, DELTA_SIZE) == 0;
}

static bool check_event(struct check *check)
{
    unsigned number = check->events++;
    return number == 0 ? check_is(check, STREAM_BEGIN)
        : number == 1 ? check_is(check, STREAM_BLOCK)
        : number < 2 + check->pieces ? check_piece(check, number - 2)
        : number == 2 + check->pieces ? check_is(check, STREAM_BLOCK_END)
        : number == 3 + check->pieces ? check_is(check, STREAM_USAGE)
        : number == 4 + check->pieces ? check_is(check, STREAM_END)
        : false;
}

// Takes a line of an event, or a part of one. A proxy may add comments; they are none of the upstream's.
static bool check_line(struct check *check, const char *bytes, size_t count)
{
    if (check->count + count > sizeof check->event)
    {
        return false;
    }

    memcpy(check->event + check->count, bytes, count);
    check->count += count;
    if (check->count == 0 || check->event[check->count - 1] != '\n')
    {
        return true;
    }

    if (check->event[0] == ':' || check->count == 1)
    {
        check->count = 0;
        return true;
    }

    if (check->event[check->count - 2] != '\n')
    {
        return true;
    }

    bool good = check_event(check);
    check->count = 0;
    return good;
}

static inline bool check_bytes(void *taker, const char *bytes, size_t count)
{
    struct check *check = taker;
    if (!check->is_stream)
    {
        bool good = check->count + count <= strlen(SMALL_BODY) && memcmp(SMALL_BODY + check->count, bytes, count) == 0;
        check->count += count;
        return good;
    }

    while (count > 0)
    {
        const char *end = memchr(bytes, '\n', count);
        size_t length = end ? (size_t)(end - bytes) + 1 : count;
        if (!check_line(check, bytes, length))
        {
            return false;
        }

        bytes += length;
        count -= length;
    }

    return true;
}

static inline bool check_has_begun(const struct check *check) { return check->events > 0 || check->count > 0; }

static inline bool check_is_whole(const struct check *check)
{
    return check->is_stream ? check->events == 5 + check->pieces && check->count == 0 : check->count == strlen(SMALL_BODY);
}
