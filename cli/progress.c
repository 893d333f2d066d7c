/* How far a run is. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"

enum { BAR_WIDTH = 32 };

double cli_clock_s(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void cli_progress_begin(cli_progress *progress, size_t n, size_t done, bool quiet) {
    const char *term = getenv("TERM"), *no_color = getenv("NO_COLOR");
    bool dumb = term && term[0] == 'd' && term[1] == 'u';
    *progress = (cli_progress){.quiet = quiet, .terminal = isatty(STDERR_FILENO) && !dumb, .n = n, .first = done};
    progress->color = progress->terminal && !(no_color && *no_color);
    progress->began_s = cli_clock_s();
    progress->tenth = (int)(done * 10 / (n ? n : 1));
}

static void format_left(double left_s, char text[32]) {
    long s = left_s < 1e8 ? (long)(left_s + 0.5) : 0;
    if (s >= 3600)
        snprintf(text, 32, "%ld h %02ld min", s / 3600, s / 60 % 60);
    else if (s >= 60)
        snprintf(text, 32, "%ld min %02ld s", s / 60, s % 60);
    else
        snprintf(text, 32, "%ld s", s);
}

static void draw(const cli_progress *progress, size_t done, double now_s) {
    char left[32] = "?";
    size_t fresh = done - progress->first;
    double rate = fresh ? (double)fresh / (now_s - progress->began_s + 1e-9) : 0.0;
    if (fresh)
        format_left((double)(progress->n - done) / rate, left);
    if (!progress->terminal) {
        fprintf(stderr, "%zu of %zu %s, %.0f/s, %s left%s\n", done, progress->n,
                progress->unit ? progress->unit : "replicates", rate, left, progress->note);
        return;
    }
    int filled = (int)(done * BAR_WIDTH / progress->n);
    fprintf(stderr, "\r%s", progress->color ? "\033[32m" : "");
    for (int k = 0; k < BAR_WIDTH; k++)
        fputc(k < filled ? '#' : '.', stderr);
    fprintf(stderr, "%s %zu/%zu  %.0f/s  %s left%s \033[K", progress->color ? "\033[0m" : "", done, progress->n, rate,
            left, progress->note);
    fflush(stderr);
}

void cli_progress_show(cli_progress *progress, size_t done) {
    progress->seen = done;
    if (progress->quiet)
        return;
    double now_s = cli_clock_s();
    int tenth = (int)(done * 10 / progress->n);
    if (progress->terminal ? now_s - progress->drawn_s < 0.1 : tenth <= progress->tenth)
        return;
    progress->drawn_s = now_s;
    progress->tenth = tenth;
    draw(progress, done, now_s);
}

void cli_progress_tick(void *progress, size_t done) {
    cli_progress_show(progress, done);
}

void cli_progress_end(cli_progress *progress, size_t done) {
    if (progress->quiet || !progress->terminal)
        return;
    draw(progress, done, cli_clock_s());
    fputc('\n', stderr);
}
