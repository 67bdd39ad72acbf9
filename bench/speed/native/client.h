// One connection of the load generator: sends a request, checks the answer, and goes on to the next one.
#pragma once
#include "body.h"
#include "sending.h"

#define MOST_ERRORS 1000

static int running, ready;
static struct request requests[2];
static char scratch[256 * 1024];
static uint64_t stop_at = UINT64_MAX;
static struct samples totals, first_bytes, delays;
static size_t answered, errors;
static char reason[256];

static void begin(struct connection *connection);

static void end(struct connection *connection)
{
    if (connection->fd)
    {
        hang_up(connection);
    }

    running--;
}

static void go_on(struct connection *connection)
{
    bool wants_more = options.each > 0 ? connection->made < options.each : now_ns() < stop_at;
    if (wants_more && errors < MOST_ERRORS)
    {
        begin(connection);
    }
    else
    {
        end(connection);
    }
}

static void fail(struct connection *connection, const char *why)
{
    if (errors++ == 0)
    {
        snprintf(reason, sizeof reason, "%s (after %zu good answers)", why, answered);
    }

    if (connection->fd)
    {
        hang_up(connection);
    }

    if (options.hold_ms > 0)
    {
        end(connection);
    }
    else
    {
        go_on(connection);
    }
}

static void begin(struct connection *connection)
{
    connection->made++;
    connection->began = now_ns();
    connection->first_byte = 0;
    connection->sent = 0;
    response_begin(&connection->response);
    check_begin(&connection->check);
    if (!connection->fd && !open_connection(connection))
    {
        fail(connection, strerror(errno));
        return;
    }

    send_rest(connection);
}

static void complete(struct connection *connection, uint64_t now)
{
    if (!check_is_whole(&connection->check))
    {
        fail(connection, "an answer that is too short");
        return;
    }

    answered++;
    samples_add(&totals, now - connection->began);
    if (connection->response.closes)
    {
        hang_up(connection);
    }

    go_on(connection);
}

static void take(struct connection *connection)
{
    ssize_t count = read(connection->fd, scratch, sizeof scratch);
    uint64_t now = now_ns();
    if (count < 0 && errno == EAGAIN)
    {
        return;
    }

    if (count <= 0)
    {
        fail(connection, count < 0 ? strerror(errno) : "a connection that ended before its answer");
        return;
    }

    connection->check.read_at = now;
    const char *fault = response_feed(&connection->response, scratch, (size_t)count, check_bytes, &connection->check);
    if (connection->response.status != 0 && connection->response.status != 200)
    {
        char status[32];
        snprintf(status, sizeof status, "status %d", connection->response.status);
        fail(connection, status);
        return;
    }

    if (fault)
    {
        fail(connection, fault);
        return;
    }

    if (connection->first_byte == 0 && check_has_begun(&connection->check))
    {
        connection->first_byte = now;
        samples_add(&first_bytes, now - connection->began);
        ready += !connection->is_ready;
        connection->is_ready = true;
    }

    if (connection->response.part == COMPLETE)
    {
        complete(connection, now);
    }
}

static void prepare(bool is_stream)
{
    filler_init();
    body = malloc(options.body);
    body_write(body, options.body, is_stream);
    for (int key = 0; key < 2; key++)
    {
        request_write(&requests[key], options.port, key + 1, options.answer, options.body);
    }

    address = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons((uint16_t)options.port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    loop = epoll_create1(0);
}
