/* Runs a command under a seccomp filter: filter ERRNO COMMAND [ARGUMENT...]. The three calls of io_uring fail with ERRNO. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#define FIRST_CALL 425 /* io_uring_setup, the same number on every processor */
#define LAST_CALL 427  /* io_uring_register */

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: filter ERRNO COMMAND [ARGUMENT...]\n");
        return 64;
    }
    struct sock_filter program[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, FIRST_CALL, 0, 2),
        BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, LAST_CALL, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (atoi(argv[1]) & SECCOMP_RET_DATA)),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog filter = {.len = sizeof(program) / sizeof(program[0]), .filter = program};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter)) {
        perror("filter");
        return 65;
    }
    execvp(argv[2], argv + 2);
    perror(argv[2]);
    return 66;
}
