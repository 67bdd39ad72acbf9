// Reads the head of an HTTP/1.1 message, as far as a benchmark needs it.
#pragma once
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

// Bytes of the head, its empty line included; 0 if it is not complete.
static inline size_t head_length(const char *bytes, size_t count)
{
    const char *end = memmem(bytes, count, "\r\n\r\n", 4);
    return end ? (size_t)(end - bytes) + 4 : 0;
}

// The value of a header without leading blanks, or null. It ends at the line's end.
static inline const char *head_value(const char *head, size_t length, const char *name)
{
    size_t name_length = strlen(name);
    const char *end = head + length;
    for (const char *line = memchr(head, '\n', length); line && line + name_length + 1 < end; line = memchr(line + 1, '\n', (size_t)(end - line - 1)))
    {
        if (line[1 + name_length] == ':' && strncasecmp(line + 1, name, name_length) == 0)
        {
            const char *value = line + 1 + name_length + 1;
            return value + strspn(value, " \t");
        }
    }

    return NULL;
}

// The value of content-length; -1 if there is none.
static inline long long head_content_length(const char *head, size_t length)
{
    const char *value = head_value(head, length, "content-length");
    return value ? strtoll(value, NULL, 10) : -1;
}

static inline bool head_is(const char *head, size_t length, const char *name, const char *wanted)
{
    const char *value = head_value(head, length, name);
    return value && strncasecmp(value, wanted, strlen(wanted)) == 0;
}
