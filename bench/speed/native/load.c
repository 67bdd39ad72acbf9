// The load generator: one thread, so many connections, each with one request at a time; every byte of every answer is checked.
// It prints one line of JSON. What can be asked of it: options.h.
#include "client.h"

static int compare_starts(const void *left, const void *right)
{
    uint64_t a = ((const struct connection *)left)->start_at, b = ((const struct connection *)right)->start_at;
    return (a > b) - (a < b);
}

static struct connection *make_connections(uint64_t now)
{
    unsigned pieces = 0, gap;
    bool is_stream = sscanf(options.answer, "stream %u %u", &pieces, &gap) == 2 || strcmp(options.answer, "quiet") == 0;
    prepare(is_stream);

    struct connection *all = calloc((size_t)options.connections, sizeof *all);
    uint64_t random = 42;
    for (int i = 0; i < options.connections; i++)
    {
        random = random * 6364136223846793005ull + 1442695040888963407ull;
        all[i].start_at = now + (options.spread_ms > 0 ? (random >> 20) % ((uint64_t)options.spread_ms * NS_PER_MS) : 0);
        all[i].check = (struct check){ .is_stream = is_stream, .pieces = pieces, .delays = &delays };
    }

    qsort(all, (size_t)options.connections, sizeof *all, compare_starts);
    return all;
}

static void wait_until(uint64_t wake_at)
{
    static struct epoll_event events[512];
    uint64_t now = now_ns();
    struct timespec sleep = as_timespec(wake_at > now ? wake_at - now : 0);
    int count = epoll_pwait2(loop, events, sizeof events / sizeof *events, &sleep, NULL);
    for (int i = 0; i < count; i++)
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

// Returns how many requests have no answer when time is over.
static size_t run(struct connection *all, uint64_t give_up_at)
{
    int started = 0;
    uint64_t hang_up_at = 0, now;
    while ((running > 0 || started < options.connections) && (now = now_ns()) < give_up_at)
    {
        for (; started < options.connections && all[started].start_at <= now; started++)
        {
            all[started].request = &requests[started % 2];
            running++;
            begin(&all[started]);
        }

        bool all_have_begun = started == options.connections && ready + (int)errors >= options.connections;
        if (options.hold_ms > 0 && hang_up_at == 0 && all_have_begun)
        {
            puts("ready");
            fflush(stdout);
            hang_up_at = now + (uint64_t)options.hold_ms * NS_PER_MS;
        }

        if (hang_up_at > 0 && now >= hang_up_at)
        {
            return 0;
        }

        uint64_t look_at = now + 50 * NS_PER_MS;
        wait_until(started < options.connections && all[started].start_at < look_at ? all[started].start_at : look_at);
    }

    return (size_t)running + (size_t)(options.connections - started);
}

int main(int count, char **texts)
{
    options = options_read(count, texts);
    uint64_t began = now_ns();
    stop_at = options.seconds > 0 ? began + (uint64_t)(options.seconds * NS_PER_S) : stop_at;
    struct connection *all = make_connections(began);

    size_t unanswered = run(all, began + (uint64_t)(options.limit * NS_PER_S));
    if (unanswered > 0 && errors == 0)
    {
        snprintf(reason, sizeof reason, "%zu without an answer in time", unanswered);
    }

    printf("{\"answered\":%zu,\"errors\":%zu,\"reason\":\"%s\",\"seconds\":%.3f", answered, errors + unanswered, reason,
        (double)(now_ns() - began) / (double)NS_PER_S);
    samples_print(&totals, "total_us");
    samples_print(&first_bytes, "first_byte_us");
    samples_print(&delays, "event_us");
    puts("}");
    return 0;
}
