// What the load generator is asked for.
#pragma once
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct options
{
    int port;             // --port N           whom to ask, on 127.0.0.1
    const char *answer;   // --answer TEXT      the x-bench header: what the upstream shall answer
    size_t body;          // --body BYTES       the size of the request's body
    int connections;      // --connections N    how many
    double seconds;       // --seconds S        new requests are begun for so long ...
    unsigned each;        // --each N           ... or each connection makes so many
    int spread_ms;        // --spread-ms MS     the connections begin within so long, at moments that are the same in every run
    int hold_ms;          // --hold-ms MS       prints "ready" once every stream has begun, keeps them for so long, and hangs up
    double limit;         // --limit S          what is not answered by then is an error
};

static inline struct options options_read(int count, char **texts)
{
    struct options options = { .answer = "small", .body = 2048, .connections = 1, .limit = 60 };
    for (int i = 1; i + 1 < count; i += 2)
    {
        const char *name = texts[i], *value = texts[i + 1];
        int number = atoi(value);
        if (strcmp(name, "--port") == 0) options.port = number;
        else if (strcmp(name, "--answer") == 0) options.answer = value;
        else if (strcmp(name, "--body") == 0) options.body = (size_t)number;
        else if (strcmp(name, "--connections") == 0) options.connections = number;
        else if (strcmp(name, "--seconds") == 0) options.seconds = atof(value);
        else if (strcmp(name, "--each") == 0) options.each = (unsigned)number;
        else if (strcmp(name, "--spread-ms") == 0) options.spread_ms = number;
        else if (strcmp(name, "--hold-ms") == 0) options.hold_ms = number;
        else if (strcmp(name, "--limit") == 0) options.limit = atof(value);
        else
        {
            fprintf(stderr, "load: %s is unknown\n", name);
            exit(2);
        }
    }

    return options;
}
