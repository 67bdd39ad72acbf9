// How long a server takes from the start of its process to its first answer.
//   start CORE PORT LOG PROGRAM ARGUMENTS...
// starts the program on the core, asks until it answers, prints milliseconds, and ends it with all its children.
#include "body.h"
#include "clock.h"
#include "request.h"
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define BODY 2048
#define PATIENCE (30 * NS_PER_S)

static struct request request;
static char body[BODY];

static pid_t start(int core, const char *log, char **command)
{
    pid_t child = fork();
    if (child != 0)
    {
        return child;
    }

    cpu_set_t cores;
    CPU_ZERO(&cores);
    CPU_SET(core, &cores);
    sched_setaffinity(0, sizeof cores, &cores);
    int output = open(log, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    setsid();
    execvp(command[0], command);
    _exit(127);
}

// Asks once; the server may not listen yet.
static bool is_answered(int port)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    struct timeval patience = { .tv_sec = 10 };
    char answer[4096];
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    bool good = connect(fd, (struct sockaddr *)&address, sizeof address) == 0
        && send(fd, request.head, request.head_size, MSG_NOSIGNAL | MSG_MORE) == (ssize_t)request.head_size
        && send(fd, body, BODY, MSG_NOSIGNAL) == BODY
        && recv(fd, answer, sizeof answer, 0) > 12
        && memcmp(answer, "HTTP/1.1 200", 12) == 0;
    close(fd);
    return good;
}

int main(int count, char **texts)
{
    if (count < 5)
    {
        return 2;
    }

    int port = atoi(texts[2]);
    filler_init();
    body_write(body, BODY, false);
    request_write(&request, port, 1, "small", BODY);

    uint64_t began = now_ns();
    pid_t child = start(atoi(texts[1]), texts[3], texts + 4);
    bool answered = false;
    while (!(answered = is_answered(port)) && now_ns() - began < PATIENCE && waitpid(child, NULL, WNOHANG) == 0)
    {
        usleep(500);
    }

    double ms = (double)(now_ns() - began) / (double)NS_PER_MS;
    kill(-child, SIGKILL);
    waitpid(child, NULL, 0);
    if (!answered)
    {
        return 1;
    }

    printf("%.2f\n", ms);
    return 0;
}
