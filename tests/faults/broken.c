/* Loaded before the C library into a server of a test: what is written to a database file fails with EIO while the file that
   DEPOSITARY_FAULT names exists, and with ENOSPC while there is one of that name with "-full" behind it. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int fails(int fd) {
    const char *fault = getenv("DEPOSITARY_FAULT");
    char link[64], path[4096], full[4096];
    ssize_t length;
    int before = errno, fails_by;
    if (fault == NULL) return 0;
    snprintf(full, sizeof full, "%s-full", fault);
    fails_by = access(fault, F_OK) == 0 ? EIO : access(full, F_OK) == 0 ? ENOSPC : 0;
    if (fails_by == 0) {
        errno = before;
        return 0;
    }
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    length = readlink(link, path, sizeof path - 1);
    errno = before;
    if (length < 0) return 0;
    path[length] = 0;
    if (strstr(path, "depositary.db") == NULL) return 0;
    errno = fails_by;
    return 1;
}

#define BREAK(result, name, parameters, arguments)                        \
    result name parameters {                                              \
        static result(*real) parameters;                                  \
        if (real == NULL) real = (result(*) parameters)dlsym(RTLD_NEXT, #name); \
        return fails(fd) ? -1 : real arguments;                           \
    }

BREAK(ssize_t, write, (int fd, const void *bytes, size_t count), (fd, bytes, count))
BREAK(ssize_t, pwrite, (int fd, const void *bytes, size_t count, off_t at), (fd, bytes, count, at))
BREAK(ssize_t, pwrite64, (int fd, const void *bytes, size_t count, off64_t at), (fd, bytes, count, at))
BREAK(int, fsync, (int fd), (fd))
BREAK(int, fdatasync, (int fd), (fd))
BREAK(int, ftruncate, (int fd, off_t length), (fd, length))
BREAK(int, ftruncate64, (int fd, off64_t length), (fd, length))
