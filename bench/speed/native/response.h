// Reads one HTTP/1.1 response as it comes in, of known length or in chunks, and hands on the bytes of its body.
#pragma once
#include "head.h"
#include <stdint.h>

enum response_part { HEAD, WHOLE, CHUNK_SIZE, CHUNK, CHUNK_END, TRAILER, COMPLETE };

struct response
{
    enum response_part part;
    int status;
    bool closes;
    size_t left, count;
    char text[8192]; // of the head, or of a line
};

typedef bool (*body_taker)(void *taker, const char *bytes, size_t count);

static inline void response_begin(struct response *response)
{
    response->part = HEAD;
    response->status = 0;
    response->count = 0;
}

static const char *response_head(struct response *response, const char **bytes, size_t *count)
{
    size_t before = response->count, room = sizeof response->text - 1 - before;
    size_t taken = *count < room ? *count : room;
    memcpy(response->text + before, *bytes, taken);
    response->count += taken;
    response->text[response->count] = 0;
    size_t length = head_length(response->text, response->count);
    if (length == 0)
    {
        *count = 0;
        return response->count < sizeof response->text - 1 ? NULL : "a head without an end";
    }

    *bytes += length - before;
    *count -= length - before;
    if (strncmp(response->text, "HTTP/1.1 ", 9) != 0)
    {
        return "no HTTP/1.1";
    }

    long long size = head_content_length(response->text, length);
    response->status = atoi(response->text + 9);
    response->closes = head_is(response->text, length, "connection", "close");
    response->part = head_is(response->text, length, "transfer-encoding", "chunked") ? CHUNK_SIZE : size > 0 ? WHOLE : COMPLETE;
    response->left = size > 0 ? (size_t)size : 0;
    response->count = 0;
    return size < 0 && response->part != CHUNK_SIZE ? "neither a length nor chunks" : NULL;
}

// True once the line is whole; it is in text then, without its end.
static bool response_line(struct response *response, const char **bytes, size_t *count)
{
    while (*count > 0)
    {
        char next = *(*bytes)++;
        --*count;
        if (next == '\n')
        {
            response->text[response->count > 0 ? response->count - 1 : 0] = 0;
            response->count = 0;
            return true;
        }

        if (response->count < sizeof response->text - 1)
        {
            response->text[response->count++] = next;
        }
    }

    return false;
}

static bool response_body(struct response *response, const char **bytes, size_t *count, body_taker take, void *taker)
{
    size_t here = *count < response->left ? *count : response->left;
    bool good = take(taker, *bytes, here);
    *bytes += here;
    *count -= here;
    response->left -= here;
    if (response->left == 0)
    {
        response->part = response->part == WHOLE ? COMPLETE : CHUNK_END;
    }

    return good;
}

// Null if all is well so far, else what is wrong.
static inline const char *response_feed(struct response *response, const char *bytes, size_t count, body_taker take, void *taker)
{
    const char *fault = NULL;
    while (count > 0 && !fault)
    {
        switch (response->part)
        {
        case HEAD:
            fault = response_head(response, &bytes, &count);
            break;
        case WHOLE:
        case CHUNK:
            fault = response_body(response, &bytes, &count, take, taker) ? NULL : "other bytes than the upstream's";
            break;
        case CHUNK_SIZE:
            if (response_line(response, &bytes, &count))
            {
                response->left = strtoul(response->text, NULL, 16);
                response->part = response->left > 0 ? CHUNK : TRAILER;
            }

            break;
        case CHUNK_END:
            if (response_line(response, &bytes, &count))
            {
                response->part = CHUNK_SIZE;
            }

            break;
        case TRAILER:
            if (response_line(response, &bytes, &count) && response->text[0] == 0)
            {
                response->part = COMPLETE;
            }

            break;
        case COMPLETE:
            fault = "more than one answer";
            break;
        }
    }

    return fault;
}
