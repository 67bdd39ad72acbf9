// Times that were measured, and their percentiles.
#pragma once
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct samples
{
    uint64_t *ns;
    size_t count, room;
};

static inline void samples_add(struct samples *samples, uint64_t ns)
{
    if (samples->count == samples->room)
    {
        samples->room = samples->room ? samples->room * 2 : 4096;
        samples->ns = realloc(samples->ns, samples->room * sizeof *samples->ns);
    }

    samples->ns[samples->count++] = ns;
}

static int samples_compare(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

static inline double samples_us(const struct samples *samples, double share)
{
    return samples->count == 0 ? 0 : (double)samples->ns[(size_t)((double)(samples->count - 1) * share)] / 1000.0;
}

// Writes ,"name":{...} for a JSON object.
static inline void samples_print(struct samples *samples, const char *name)
{
    qsort(samples->ns, samples->count, sizeof *samples->ns, samples_compare);
    printf(",\"%s\":{\"count\":%zu,\"p50\":%.1f,\"p99\":%.1f,\"max\":%.1f}", name, samples->count,
        samples_us(samples, 0.5), samples_us(samples, 0.99), samples_us(samples, 1));
}
