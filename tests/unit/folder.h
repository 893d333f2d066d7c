/* Folders of tests: files written into them, tables of tests/scenarios/two-bloc copied into them, all of it removed again. */
#ifndef FOLDER_H
#define FOLDER_H

#include "unit/check.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static inline void folder_write(const char *folder, const char *name, const void *bytes, size_t n) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    assert_int_equal(fclose(file), 0);
}

static inline void folder_write_text(const char *folder, const char *name, const char *text) {
    folder_write(folder, name, text, strlen(text));
}

/* A file of tests/scenarios/two-bloc. */
static inline void folder_copy(const char *folder, const char *name) {
    static char bytes[1 << 18];
    char path[512];
    snprintf(path, sizeof path, HO_SOURCE_DIR "/tests/scenarios/two-bloc/%s", name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t n = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    folder_write(folder, name, bytes, n);
}

/* A file or a folder with all that is in it. */
static inline void folder_remove(const char *path) {
    DIR *folder = opendir(path);
    for (struct dirent *entry = folder ? readdir(folder) : NULL; entry; entry = readdir(folder)) {
        char child[512];
        snprintf(child, sizeof child, "%.200s/%.250s", path, entry->d_name);
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            folder_remove(child);
    }
    if (folder)
        closedir(folder);
    remove(path);
}

#endif
