// The upstream: one thread, no bottleneck. What it answers, the request's x-bench header says:
//   small          an answer of some 500 bytes, at once
//   hold MS        the same after so many milliseconds of silence
//   stream N MS    a stream of N pieces of text, so many milliseconds apart
//   quiet          a stream that begins, and then is silent until somebody hangs up
// It listens on three ports of its choice and prints them: one that serves, one that resets what it has read, one that is overloaded.
#include "body.h"
#include "head.h"
#include "reply.h"
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>

// To who asks before it sends its body.
static const char GO_ON[] = "HTTP/1.1 100 Continue\r\n\r\n";

static int loop;
static struct listener listeners[3] = { { 0, SERVES }, { 0, RESETS }, { 0, OVERLOADED } };
static char scratch[256 * 1024];

// Answers the request that has been read to its end. False if the connection is gone.
static bool answer(struct connection *connection)
{
    const char *wish = head_value(connection->head, connection->head_count, "x-bench");
    unsigned pieces = 0, gap = 0;
    connection->is_answering = true;
    connection->in_body = false;
    connection->head_count = 0;
    if (connection->from->manners == RESETS)
    {
        struct linger at_once = { .l_onoff = 1 };
        setsockopt(connection->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        hang_up(connection);
        return false;
    }

    if (connection->from->manners == OVERLOADED)
    {
        return send_whole(connection, "529 Overloaded", OVERLOADED_BODY);
    }

    if (connection->is_damaged || !wish)
    {
        return send_whole(connection, "400 Bad Request", WRONG_BODY);
    }

    if (sscanf(wish, "stream %u %u", &pieces, &gap) == 2 || strncmp(wish, "quiet", 5) == 0)
    {
        connection->pieces = pieces;
        connection->piece = 0;
        connection->gap = gap * NS_PER_MS;
        if (pieces > 0)
        {
            timer_set(&connection->timer, now_ns() + connection->gap);
        }

        return stream_begin(connection);
    }

    if (sscanf(wish, "hold %u", &gap) == 1)
    {
        timer_set(&connection->timer, now_ns() + gap * NS_PER_MS);
        return true;
    }

    return send_whole(connection, "200 OK", SMALL_BODY);
}

static bool take_body(struct connection *connection, const char *bytes, size_t count)
{
    connection->is_damaged |= !body_matches(connection->body_size, connection->is_stream, connection->body_read, bytes, count);
    connection->body_read += count;
    return connection->body_read < connection->body_size || answer(connection);
}

// Takes the head once it is complete, and what came of the body with it. False if the connection is gone.
static bool take_head(struct connection *connection)
{
    size_t length = head_length(connection->head, connection->head_count);
    if (length == 0 && connection->head_count < sizeof connection->head)
    {
        return true;
    }

    long long size = head_content_length(connection->head, length);
    if (length == 0 || size < 0)
    {
        return send_whole(connection, "411 Length Required", WRONG_BODY);
    }

    const char *wish = head_value(connection->head, length, "x-bench");
    size_t extra = connection->head_count - length;
    connection->head_count = length;
    connection->body_size = (size_t)size;
    connection->body_read = 0;
    connection->in_body = true;
    connection->is_damaged = extra > connection->body_size;
    connection->is_stream = wish && (strncmp(wish, "stream", 6) == 0 || strncmp(wish, "quiet", 5) == 0);
    if (extra == 0 && head_value(connection->head, length, "expect"))
    {
        return send_all(connection, GO_ON, sizeof GO_ON - 1);
    }

    return connection->is_damaged ? answer(connection) : extra == 0 || take_body(connection, connection->head + length, extra);
}

static void take(struct connection *connection)
{
    char *to = connection->in_body ? scratch : connection->head + connection->head_count;
    size_t room = connection->in_body ? sizeof scratch : sizeof connection->head - connection->head_count;
    ssize_t count = read(connection->fd, to, room);
    if (count < 0 && errno == EAGAIN)
    {
        return;
    }

    // Nobody sends before he has his answer; who hangs up has ours no longer.
    if (count <= 0 || connection->is_answering)
    {
        hang_up(connection);
        return;
    }

    if (connection->in_body)
    {
        take_body(connection, to, (size_t)count);
    }
    else
    {
        connection->head_count += (size_t)count;
        take_head(connection);
    }
}

static void watch(int fd, struct connection *connection)
{
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = connection };
    epoll_ctl(loop, EPOLL_CTL_ADD, fd, &event);
}

static void accept_all(struct listener *listener)
{
    int fd;
    while ((fd = accept4(listener->fd, NULL, NULL, SOCK_NONBLOCK)) >= 0)
    {
        int on = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct connection *connection = calloc(1, sizeof *connection);
        connection->fd = fd;
        connection->from = listener;
        watch(fd, connection);
    }
}

static void listen_on_any_port(struct listener *listener)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof address;
    listener->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (bind(listener->fd, (struct sockaddr *)&address, size) != 0 || listen(listener->fd, 4096) != 0)
    {
        perror("upstream: listen");
        exit(1);
    }

    getsockname(listener->fd, (struct sockaddr *)&address, &size);
    printf("%d\n", ntohs(address.sin_port));
    struct connection *own = calloc(1, sizeof *own);
    own->fd = (int)(listener - listeners);
    watch(listener->fd, own);
}

int main(void)
{
    struct epoll_event events[512];
    loop = epoll_create1(0);
    filler_init();
    for (size_t i = 0; i < sizeof listeners / sizeof *listeners; i++)
    {
        listen_on_any_port(&listeners[i]);
    }

    fflush(stdout);
    for (;;)
    {
        struct timespec sleep = as_timespec(wheel_sleep());
        int count = epoll_pwait2(loop, events, sizeof events / sizeof *events, &sleep, NULL);
        for (int i = 0; i < count; i++)
        {
            struct connection *connection = events[i].data.ptr;
            if (connection->from)
            {
                take(connection);
            }
            else
            {
                accept_all(&listeners[connection->fd]);
            }
        }

        wheel_fire(fire);
    }
}
