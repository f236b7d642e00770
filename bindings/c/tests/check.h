/* Counting of checks, for programs that end with `N passed, N failed`. */
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int checks_passed = 0;
static int checks_failed = 0;

static inline void check_at(int holds, const char *what, const char *file, int line) {
    if (holds) {
        checks_passed++;
    } else {
        checks_failed++;
        printf("%s:%d: failed: %s\n", file, line, what);
    }
}

/* Counts a condition, and says where it does not hold. */
#define CHECK(condition) check_at((condition) != 0, #condition, __FILE__, __LINE__)

/* The last line of a test program, and its exit status. */
static inline int check_result(void) {
    printf("%d passed, %d failed\n", checks_passed, checks_failed);
    return checks_failed != 0;
}

/* Memory or the end of the program. */
static inline void *need(void *memory) {
    if (memory == NULL) {
        fputs("out of memory\n", stderr);
        exit(2);
    }
    return memory;
}

#endif
