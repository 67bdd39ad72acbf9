// One connection of the load generator, as far as bytes go out on it.
#pragma once
#include "check.h"
#include "options.h"
#include "request.h"
#include "response.h"
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

struct connection
{
    int fd; // 0 while there is none
    bool is_sending, is_ready;
    unsigned made;
    size_t sent;
    uint64_t start_at, began, first_byte;
    const struct request *request;
    struct response response;
    struct check check;
};

static struct options options;
static struct sockaddr_in address;
static char *body;
static int loop;

static void fail(struct connection *connection, const char *why);

static void hang_up(struct connection *connection)
{
    // Reset rather than closed: thousands of ports that wait for their end would be missing in the next run.
    struct linger at_once = { .l_onoff = 1 };
    setsockopt(connection->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close(connection->fd);
    connection->fd = 0;
}

static void watch(struct connection *connection, int operation, uint32_t what)
{
    struct epoll_event event = { .events = what, .data.ptr = connection };
    epoll_ctl(loop, operation, connection->fd, &event);
}

static void send_rest(struct connection *connection)
{
    const struct request *request = connection->request;
    size_t total = request->head_size + options.body;
    while (connection->sent < total)
    {
        struct iovec parts[2];
        int count = 0;
        if (connection->sent < request->head_size)
        {
            parts[count++] = (struct iovec){ (char *)request->head + connection->sent, request->head_size - connection->sent };
        }

        size_t of_body = connection->sent > request->head_size ? connection->sent - request->head_size : 0;
        parts[count++] = (struct iovec){ body + of_body, options.body - of_body };
        struct msghdr message = { .msg_iov = parts, .msg_iovlen = (size_t)count };
        ssize_t sent = sendmsg(connection->fd, &message, MSG_NOSIGNAL);
        if (sent < 0)
        {
            if (errno != EAGAIN && errno != ENOTCONN)
            {
                fail(connection, strerror(errno));
                return;
            }

            if (!connection->is_sending)
            {
                connection->is_sending = true;
                watch(connection, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
            }

            return;
        }

        connection->sent += (size_t)sent;
    }

    if (connection->is_sending)
    {
        connection->is_sending = false;
        watch(connection, EPOLL_CTL_MOD, EPOLLIN);
    }
}

static bool open_connection(struct connection *connection)
{
    int on = 1;
    connection->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (connection->fd < 0)
    {
        connection->fd = 0;
        return false;
    }

    setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    connection->is_sending = false;
    watch(connection, EPOLL_CTL_ADD, EPOLLIN);
    return connect(connection->fd, (struct sockaddr *)&address, sizeof address) == 0 || errno == EINPROGRESS;
}
