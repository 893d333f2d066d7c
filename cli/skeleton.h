/* The files of cli/skeleton/, the scenario that `holdout new` writes. They are compiled in (tools/embed.cmake). */
#ifndef HO_CLI_SKELETON_H
#define HO_CLI_SKELETON_H

#include <stddef.h>

typedef struct cli_skeleton_file {
    const char *path; /* inside the new folder; NULL past the last */
    const char *text; /* (n) and a NUL; @NAME@ stands for the scenario's id */
    size_t n;
} cli_skeleton_file;

extern const cli_skeleton_file cli_skeleton[];

#endif
