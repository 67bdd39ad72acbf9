// One connection of the upstream, and what is sent on it: answers at once, after a silence, or piece by piece.
#pragma once
#include "answers.h"
#include "wheel.h"
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum manners { SERVES, RESETS, OVERLOADED };

struct listener { int fd; enum manners manners; };

struct connection
{
    struct timer timer; // first, so that a timer is its connection
    int fd;
    struct listener *from; // null for a listener's own entry
    size_t head_count;
    size_t body_size, body_read;
    bool in_body, is_stream, is_damaged, is_answering;
    unsigned pieces, piece;
    uint64_t gap;
    char head[8192];
};

static void hang_up(struct connection *connection)
{
    timer_clear(&connection->timer);
    close(connection->fd);
    free(connection);
}

// An answer that the socket cannot take at once would be the reader's fault; nothing here is large enough for it.
static bool send_all(struct connection *connection, const char *bytes, size_t count)
{
    if (send(connection->fd, bytes, count, MSG_NOSIGNAL) == (ssize_t)count)
    {
        return true;
    }

    hang_up(connection);
    return false;
}

static bool send_whole(struct connection *connection, const char *status, const char *body)
{
    char answer[4096];
    int length = snprintf(answer, sizeof answer, "HTTP/1.1 %s\r\ncontent-type: application/json\r\ncontent-length: %zu\r\n" HEADERS_OF_EACH "\r\n%s",
        status, strlen(body), body);
    connection->is_answering = false;
    return send_all(connection, answer, (size_t)length);
}

static size_t chunk_write(char *to, const char *bytes, size_t count)
{
    size_t length = (size_t)sprintf(to, "%zx\r\n", count);
    memcpy(to + length, bytes, count);
    memcpy(to + length + count, "\r\n", 2);
    return length + count + 2;
}

static bool stream_begin(struct connection *connection)
{
    char answer[4096];
    size_t length = (size_t)sprintf(answer, "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ncache-control: no-cache\r\n"
        "transfer-encoding: chunked\r\n" HEADERS_OF_EACH "\r\n");
    length += chunk_write(answer + length, STREAM_BEGIN, strlen(STREAM_BEGIN));
    length += chunk_write(answer + length, STREAM_BLOCK, strlen(STREAM_BLOCK));
    return send_all(connection, answer, length);
}

static void stream_continue(struct connection *connection)
{
    char piece[DELTA_SIZE], chunk[2048];
    size_t length;
    if (connection->piece < connection->pieces)
    {
        delta_write(piece, connection->piece++, now_ns());
        length = chunk_write(chunk, piece, DELTA_SIZE);
        timer_set(&connection->timer, connection->timer.due + connection->gap);
    }
    else
    {
        length = chunk_write(chunk, STREAM_BLOCK_END, strlen(STREAM_BLOCK_END));
        length += chunk_write(chunk + length, STREAM_USAGE, strlen(STREAM_USAGE));
        length += chunk_write(chunk + length, STREAM_END, strlen(STREAM_END));
        memcpy(chunk + length, "0\r\n\r\n", 5);
        length += 5;
        connection->is_answering = false;
    }

    send_all(connection, chunk, length);
}

static void fire(struct timer *timer)
{
    struct connection *connection = (struct connection *)timer;
    if (connection->is_stream)
    {
        stream_continue(connection);
    }
    else
    {
        send_whole(connection, "200 OK", SMALL_BODY);
    }
}
