/* Folders and paths of runs. */
#include "record/files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

char *ho_path_join(const char *folder, const char *name) {
    size_t size = strlen(folder) + strlen(name) + 2;
    char *path = malloc(size);
    if (path)
        snprintf(path, size, "%s/%s", folder, name);
    return path;
}

static ho_status make_one(const char *folder, ho_error *err) {
    struct stat info;
    if (mkdir(folder, 0777) == 0)
        return HO_OK;
    int why = errno;
    if (why == EEXIST && stat(folder, &info) == 0)
        return S_ISDIR(info.st_mode) ? HO_OK : ho_error_set(err, HO_ERR_IO, "%s: is a file, not a folder", folder);
    return ho_error_set(err, HO_ERR_IO, "%s: cannot make this folder: %s", folder, strerror(why));
}

ho_status ho_folder_make(const char *folder, ho_error *err) {
    char *path = strdup(folder);
    if (!path)
        return ho_error_set(err, HO_ERR_MEMORY, "%s: out of memory", folder);
    ho_status status = HO_OK;
    for (char *slash = strchr(path + 1, '/'); path[0] && slash && !status; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        status = make_one(path, err);
        *slash = '/';
    }
    if (!status)
        status = make_one(path, err);
    free(path);
    return status;
}
