/* holdout new: a small scenario of one's own to start from, that runs as it is.
 * Method: the files of cli/skeleton/ with the name put in, and the schemas by which editors check them.
 * Invariant: either the whole folder is there afterwards or nothing of it; a folder that was there is not touched. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"
#include "skeleton.h"

enum { NAME_MAX_BYTES = 63 }; /* of an id */

static error_t parse(int key, char *arg, struct argp_state *state) {
    char **name = state->input;
    switch (key) {
    case ARGP_KEY_ARG:
        if (*name)
            argp_error(state, "one name, not also \"%s\"", arg);
        *name = arg;
        return 0;
    case ARGP_KEY_END:
        if (!*name)
            argp_error(state, "which name? It becomes a folder and the scenario's id");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    NULL,
    parse,
    "NAME",
    "Write a small invented scenario into a new folder NAME, commented, to change into one's own. It runs as it is.\v"
    "NAME may be a path; its last part becomes the scenario's id: lower-case letters, digits, _ and -.",
    NULL,
    NULL,
    NULL};

/* ---- files ---- */

/* Makes path, which is folder/name. Returns it, or NULL if it is too long. */
static const char *path_of(char path[CLI_PATH_MAX], const char *folder, const char *name) {
    int n = snprintf(path, CLI_PATH_MAX, "%s/%s", folder, name);
    return n > 0 && n < CLI_PATH_MAX ? path : NULL;
}

/* Writes text with the name put in. */
static bool named_write(FILE *file, const char *text, const char *name) {
    static const char mark[] = "@NAME@";
    for (const char *at; (at = strstr(text, mark)); text = at + sizeof mark - 1)
        if (fwrite(text, 1, (size_t)(at - text), file) != (size_t)(at - text) || fputs(name, file) == EOF)
            return false;
    return fputs(text, file) != EOF;
}

/* Writes one new file. Says what failed. */
static bool file_make(const char *folder, const char *inside, const char *text, const char *name) {
    char path[CLI_PATH_MAX];
    if (!path_of(path, folder, inside)) {
        cli_say("%s/%s: the path is too long", folder, inside);
        return false;
    }
    FILE *file = fopen(path, "wx");
    bool ok = file && named_write(file, text, name);
    int number = errno;
    if (file && fclose(file) != 0) {
        number = ok ? errno : number;
        ok = false;
    }
    if (!ok)
        cli_say("%s: %s", path, strerror(number));
    return ok;
}

static bool schema_make(const char *folder, const char *inside, bool overlay) {
    char *json = NULL;
    ho_error err = {0};
    if (ho_scenario_schema(overlay, &json, &err)) {
        cli_fail(&err);
        return false;
    }
    bool ok = file_make(folder, inside, json, "");
    free(json);
    return ok;
}

static const char SCHEMA[] = "scenario.schema.json", OVERLAY_SCHEMA[] = "overlay.schema.json", WHATIF[] = "whatif";

static bool files_make(const char *folder, const char *name) {
    char path[CLI_PATH_MAX];
    if (!path_of(path, folder, WHATIF) || mkdir(path, 0777) != 0) {
        cli_say("%s/%s: %s", folder, WHATIF, strerror(errno));
        return false;
    }
    bool ok = true;
    for (size_t k = 0; ok && cli_skeleton[k].path; k++)
        ok = file_make(folder, cli_skeleton[k].path, cli_skeleton[k].text, name);
    return ok && schema_make(folder, SCHEMA, false) && schema_make(folder, OVERLAY_SCHEMA, true);
}

/* Takes away what files_make made of the folder, which was new. */
static void files_remove(const char *folder) {
    char path[CLI_PATH_MAX];
    for (size_t k = 0; cli_skeleton[k].path; k++)
        if (path_of(path, folder, cli_skeleton[k].path))
            unlink(path);
    if (path_of(path, folder, SCHEMA))
        unlink(path);
    if (path_of(path, folder, OVERLAY_SCHEMA))
        unlink(path);
    if (path_of(path, folder, WHATIF))
        rmdir(path);
    rmdir(folder);
}

/* ---- the command ---- */

/* The id in a path, its last part; NULL if that is none. Cuts slashes off its end. */
static const char *id_of(char *path) {
    size_t n = strlen(path);
    while (n > 1 && path[n - 1] == '/')
        path[--n] = '\0';
    const char *slash = strrchr(path, '/'), *id = slash ? slash + 1 : path;
    n = strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789_-");
    return n == 0 || id[n] || n > NAME_MAX_BYTES ? NULL : id;
}

static int folder_make(const char *folder) {
    if (mkdir(folder, 0777) == 0)
        return CLI_OK;
    if (errno == EEXIST)
        return cli_bad("%s is there already; choose another name", folder);
    if (errno == ENOENT || errno == ENOTDIR)
        return cli_bad("%s: there is no folder to put it in", folder);
    cli_say("%s: %s", folder, strerror(errno));
    return CLI_FAILED;
}

static void say_what_is_there(const char *folder) {
    for (size_t k = 0; cli_skeleton[k].path; k++)
        printf("%s/%s\n", folder, cli_skeleton[k].path);
    printf("%s/%s\n%s/%s\n", folder, SCHEMA, folder, OVERLAY_SCHEMA);
    cli_say("a small invented war is in %s; `holdout run %s` simulates it", folder, folder);
}

int cli_new(int argc, char **argv) {
    char *folder = NULL;
    argp_parse(&argp, argc, argv, 0, NULL, &folder);
    const char *id = id_of(folder);
    int code = id ? folder_make(folder)
                  : cli_bad("\"%s\" is no name; need 1 to 63 lower-case letters, digits, _ or -", folder);
    if (code)
        return code;
    if (!files_make(folder, id)) {
        files_remove(folder);
        return CLI_FAILED;
    }
    say_what_is_there(folder);
    return CLI_OK;
}
