/*
 * io_uring constants that are newer than Debian 12's headers (liburing 2.3, kernel 6.1).
 * The yardsticks run on newer kernels, and ring.c falls back where a kernel refuses one of them.
 */
#ifndef FLUXRING_NEWER_H
#define FLUXRING_NEWER_H

#include <stdint.h>

#ifndef IORING_SETUP_NO_SQARRAY
#define IORING_SETUP_NO_SQARRAY (1U << 16) /* Linux 6.6 */
#endif

/* What io_uring_enter takes with IORING_ENTER_EXT_ARG; min_wait_usec (Linux 6.12) was padding before. */
struct enter_argument {
    uint64_t sigmask;
    uint32_t sigmask_size;
    uint32_t min_wait_usec;
    uint64_t timeout;
};

#endif
