/* What one call costs from C: `call STORE UID` prints `get NANOSECONDS`, hot. */
#define _POSIX_C_SOURCE 199309L
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "userprofile.h"

enum { CALLS = 200000 };

static double now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static void check(int32_t status, const userprofile_json *response) {
    if (status != USERPROFILE_OK) {
        fprintf(stderr, "%s\n", response->data);
        exit(1);
    }
}

static void get(const userprofile *store, const char *request, size_t len) {
    userprofile_json response;
    check(userprofile_get(store, request, len, &response), &response);
    userprofile_json_free(&response);
}

int main(int argc, char **argv) {
    char config[4200], request[128];
    userprofile *store;
    userprofile_json response;
    if (argc != 3) {
        fprintf(stderr, "usage: call STORE UID\n");
        return 2;
    }
    snprintf(config, sizeof config, "{\"path\":\"%s\"}", argv[1]);
    size_t len = (size_t)snprintf(request, sizeof request, "{\"uid\":\"%s\"}", argv[2]);
    check(userprofile_open(config, USERPROFILE_NUL_TERMINATED, &store, &response), &response);
    userprofile_json_free(&response);

    for (int call = 0; call < CALLS / 10; call++)
        get(store, request, len);
    double start = now_ns();
    for (int call = 0; call < CALLS; call++)
        get(store, request, len);
    printf("get %f\n", (now_ns() - start) / CALLS);
    userprofile_close(store);
    return 0;
}
