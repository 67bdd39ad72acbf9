// Timers: a wheel of 0.1 ms slots. Setting, clearing and firing cost the same for one stream as for ten thousand.
#pragma once
#include "clock.h"
#include <stddef.h>

#define WHEEL_TICK (100 * NS_PER_US)
#define WHEEL_SLOTS (1u << 20)
#define WHEEL_LOOKAHEAD 500

struct timer
{
    struct timer *next, **link;
    uint64_t due;
};

static struct timer *wheel[WHEEL_SLOTS];
static uint64_t wheel_tick;
static size_t wheel_count;

static inline void timer_clear(struct timer *timer)
{
    if (timer->link)
    {
        *timer->link = timer->next;
        if (timer->next)
        {
            timer->next->link = timer->link;
        }

        timer->link = NULL;
        wheel_count--;
    }
}

// Not later than 100 seconds from now, for the wheel has one turn only.
static inline void timer_set(struct timer *timer, uint64_t due)
{
    timer_clear(timer);
    timer->due = due;
    uint64_t tick = due / WHEEL_TICK + 1;
    if (wheel_count++ == 0)
    {
        wheel_tick = now_ns() / WHEEL_TICK;
    }

    struct timer **slot = &wheel[(tick > wheel_tick ? tick : wheel_tick + 1) % WHEEL_SLOTS];
    timer->next = *slot;
    timer->link = slot;
    if (*slot)
    {
        (*slot)->link = &timer->next;
    }

    *slot = timer;
}

static inline void wheel_fire(void (*fire)(struct timer *))
{
    uint64_t now = now_ns() / WHEEL_TICK;
    while (wheel_count > 0 && wheel_tick < now)
    {
        struct timer **slot = &wheel[++wheel_tick % WHEEL_SLOTS];
        while (*slot)
        {
            struct timer *timer = *slot;
            timer_clear(timer);
            fire(timer);
        }
    }
}

// How long one may sleep: to the next timer, or to where it is time to look further.
static inline uint64_t wheel_sleep(void)
{
    uint64_t tick = wheel_tick + 1;
    while (tick < wheel_tick + WHEEL_LOOKAHEAD && !wheel[tick % WHEEL_SLOTS])
    {
        tick++;
    }

    uint64_t at = tick * WHEEL_TICK, now = now_ns();
    return wheel_count == 0 ? NS_PER_S : at > now ? at - now : 0;
}
