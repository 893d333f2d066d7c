/* Stopping on a signal, and how many threads there are to stop. */
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

#include "cli.h"

/* Set by a signal; read by ensembles. */
static atomic_bool stopped;

atomic_bool *cli_stop(void) {
    return &stopped;
}

static void on_signal(int number) {
    (void)number;
    atomic_store(&stopped, true);
}

void cli_catch_signals(void) {
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    signal(SIGXFSZ, SIG_IGN);
}

size_t cli_threads_online(void) {
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online < 1 ? 1 : online > CLI_THREAD_MAX ? CLI_THREAD_MAX : (size_t)online;
}
