// The load generator: one thread, so many connections, each with one request at a time; every byte of every answer is checked.
// It prints one line of JSON. Options:
//   --port N           whom to ask, on 127.0.0.1
//   --answer TEXT      the x-bench header: what the upstream shall answer
//   --body BYTES       the size of the request's body
//   --connections N    how many
//   --seconds S        new requests are begun for so long ...
//   --each N           ... or each connection makes so many
//   --spread-ms MS     the connections begin within so long, at moments that are the same in every run
//   --hold-ms MS       prints "ready" once every stream has begun, keeps them for so long, and hangs up
//   --limit S          what is not answered by then is an error
#define _GNU_SOURCE
#include "body.h"
#include "check.h"
#include "response.h"
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define MOST_ERRORS 1000

struct request { char head[2048]; size_t head_size; };

struct connection
{
    int fd; // 0 while there is none
    bool is_sending, is_ready, is_over;
    unsigned made;
    size_t sent;
    uint64_t start_at, began, first_byte;
    const struct request *request;
    struct response response;
    struct check check;
};

static int port, connections = 1, each, spread_ms, hold_ms;
static double seconds, limit = 60;
static size_t body_size = 2048;
static const char *wish = "small";

static int loop, running, ready;
static struct sockaddr_in address;
static struct request requests[2];
static char *body, scratch[256 * 1024];
static unsigned pieces;
static bool is_stream;
static uint64_t stop_at = UINT64_MAX;
static struct samples totals, first_bytes, delays;
static size_t answered, errors;
static char reason[256];

static void begin(struct connection *connection);

static void write_request(struct request *request, int key)
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

static void hang_up(struct connection *connection)
{
    // Reset rather than closed: thousands of ports that wait for their end would be missing in the next run.
    struct linger at_once = { .l_onoff = 1 };
    setsockopt(connection->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close(connection->fd);
    connection->fd = 0;
}

static void end(struct connection *connection)
{
    if (connection->fd)
    {
        hang_up(connection);
    }

    connection->is_over = true;
    running--;
}

static void go_on(struct connection *connection)
{
    bool wants_more = each > 0 ? connection->made < (unsigned)each : now_ns() < stop_at;
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

    if (hold_ms > 0)
    {
        end(connection);
    }
    else
    {
        go_on(connection);
    }
}

static void watch(struct connection *connection, int operation, uint32_t what)
{
    struct epoll_event event = { .events = what, .data.ptr = connection };
    epoll_ctl(loop, operation, connection->fd, &event);
}

static void send_rest(struct connection *connection)
{
    const struct request *request = connection->request;
    size_t total = request->head_size + body_size;
    while (connection->sent < total)
    {
        struct iovec parts[2];
        int count = 0;
        if (connection->sent < request->head_size)
        {
            parts[count++] = (struct iovec){ (char *)request->head + connection->sent, request->head_size - connection->sent };
        }

        size_t of_body = connection->sent > request->head_size ? connection->sent - request->head_size : 0;
        parts[count++] = (struct iovec){ body + of_body, body_size - of_body };
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

static int compare_starts(const void *left, const void *right)
{
    uint64_t a = ((const struct connection *)left)->start_at, b = ((const struct connection *)right)->start_at;
    return (a > b) - (a < b);
}

static void read_options(int count, char **options)
{
    for (int i = 1; i + 1 < count; i += 2)
    {
        const char *name = options[i], *value = options[i + 1];
        int number = atoi(value);
        if (strcmp(name, "--port") == 0) port = number;
        else if (strcmp(name, "--answer") == 0) wish = value;
        else if (strcmp(name, "--body") == 0) body_size = (size_t)number;
        else if (strcmp(name, "--connections") == 0) connections = number;
        else if (strcmp(name, "--seconds") == 0) seconds = atof(value);
        else if (strcmp(name, "--each") == 0) each = number;
        else if (strcmp(name, "--spread-ms") == 0) spread_ms = number;
        else if (strcmp(name, "--hold-ms") == 0) hold_ms = number;
        else if (strcmp(name, "--limit") == 0) limit = atof(value);
        else
        {
            fprintf(stderr, "load: %s is unknown\n", name);
            exit(2);
        }
    }

    unsigned gap;
    is_stream = sscanf(wish, "stream %u %u", &pieces, &gap) == 2 || strcmp(wish, "quiet") == 0;
    address = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

static struct connection *make_connections(uint64_t now)
{
    struct connection *all = calloc((size_t)connections, sizeof *all);
    uint64_t random = 42;
    for (int i = 0; i < connections; i++)
    {
        random = random * 6364136223846793005ull + 1442695040888963407ull;
        all[i].start_at = now + (spread_ms > 0 ? (random >> 20) % ((uint64_t)spread_ms * NS_PER_MS) : 0);
        all[i].check = (struct check){ .is_stream = is_stream, .pieces = pieces, .delays = &delays };
    }

    qsort(all, (size_t)connections, sizeof *all, compare_starts);
    return all;
}

int main(int count, char **options)
{
    read_options(count, options);
    filler_init();
    body = malloc(body_size);
    body_write(body, body_size, is_stream);
    write_request(&requests[0], 1);
    write_request(&requests[1], 2);
    loop = epoll_create1(0);

    struct epoll_event events[512];
    uint64_t began = now_ns(), give_up_at = began + (uint64_t)(limit * NS_PER_S), hang_up_at = 0;
    struct connection *all = make_connections(began);
    int started = 0;
    stop_at = seconds > 0 ? began + (uint64_t)(seconds * NS_PER_S) : stop_at;
    while (running > 0 || started < connections)
    {
        uint64_t now = now_ns();
        for (; started < connections && all[started].start_at <= now; started++)
        {
            all[started].request = &requests[started % 2];
            running++;
            begin(&all[started]);
        }

        if (hold_ms > 0 && hang_up_at == 0 && started == connections && ready + (int)errors >= connections)
        {
            puts("ready");
            fflush(stdout);
            hang_up_at = now + (uint64_t)hold_ms * NS_PER_MS;
        }

        if (now >= give_up_at || (hang_up_at > 0 && now >= hang_up_at))
        {
            break;
        }

        uint64_t wake_at = now + 50 * NS_PER_MS;
        wake_at = started < connections && all[started].start_at < wake_at ? all[started].start_at : wake_at;
        struct timespec sleep = as_timespec(wake_at > now ? wake_at - now : 0);
        int happened = epoll_pwait2(loop, events, sizeof events / sizeof *events, &sleep, NULL);
        for (int i = 0; i < happened; i++)
        {
            struct connection *connection = events[i].data.ptr;
            if (connection->fd && connection->is_sending && (events[i].events & (EPOLLOUT | EPOLLERR)))
            {
                send_rest(connection);
            }

            if (connection->fd && (events[i].events & (EPOLLIN | EPOLLERR | EPOLLHUP)))
            {
                take(connection);
            }
        }
    }

    size_t unanswered = hang_up_at > 0 ? 0 : (size_t)running + (size_t)(connections - started);
    if (unanswered > 0 && errors == 0)
    {
        snprintf(reason, sizeof reason, "%zu without an answer in time", unanswered);
    }

    printf("{\"answered\":%zu,\"ready\":%d,\"errors\":%zu,\"reason\":\"%s\",\"seconds\":%.3f", answered, ready, errors + unanswered, reason,
        (double)(now_ns() - began) / (double)NS_PER_S);
    samples_print(&totals, "total_us");
    samples_print(&first_bytes, "first_byte_us");
    samples_print(&delays, "event_us");
    puts("}");
    return 0;
}
