/* What a request may say, without the connection: the first line of the input is a method and a path, the rest the levers of a what-if. Whatever they are,
 * no crash; a request without a route has an answer; levers that are taken make an overlay that loads. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char folder[] = HO_SOURCE_DIR "/tests/scenarios/three-bloc";

/* Made once, never freed: reachable to the end. */
typedef struct fixture {
    ho_scenario *scenario;
    ho_world *world;
    server_levers levers;
    char path[64];
} fixture;

static fixture *make(void) {
    fixture *f = calloc(1, sizeof *f);
    ho_problems problems = {0};
    const ho_world_options options = ho_world_options_default();
    assert(f && ho_scenario_load(folder, NULL, &f->scenario, &problems, NULL) == HO_OK);
    assert(ho_world_build(f->scenario, &options, &f->world, &problems, NULL) == HO_OK);
    assert(server_levers_build(f->world, 0, &f->levers, NULL) == HO_OK);
    snprintf(f->path, sizeof f->path, "/tmp/holdout-fuzz-server-%d.yml", (int)getpid());
    return f;
}

static void try_route(char *line) {
    server_request request = {0};
    server_reply reply = {0};
    char *space = strchr(line, ' ');
    if (space)
        *space = '\0';
    const server_route *route = server_route_find(line, space ? space + 1 : "", &request, &reply);
    assert(memchr(request.id, 0, sizeof request.id) && request.number <= 999999999);
    if (!route)
        assert((reply.status == 404 || (reply.status == 405 && reply.allow)) && reply.text && reply.n == strlen(reply.text));
    free(reply.text);
}

static void try_overlay(const fixture *f, const char *text) {
    const char *const name = f->path;
    const ho_scenario_options options = {.n_overlay = 1, .overlay = &name};
    const ho_world_options of_world = ho_world_options_default();
    ho_scenario *scenario = NULL;
    ho_world *world = NULL;
    ho_problems problems = {0};
    FILE *file = fopen(f->path, "w");
    assert(file && fputs(text, file) >= 0 && fclose(file) == 0);
    ho_status status = ho_scenario_load_with(folder, &options, &scenario, &problems, NULL);
    if (status)
        fprintf(stderr, "%s\n%s\n", problems.n ? problems.line[0] : "?", text);
    assert(status == HO_OK);
    ho_problems_free(&problems);
    assert(ho_world_build(scenario, &of_world, &world, &problems, NULL) == HO_OK);
    ho_problems_free(&problems);
    ho_world_free(world);
    ho_scenario_free(scenario);
    unlink(f->path);
}

static void try_levers(const fixture *f, const json_t *values) {
    json_t *problems = json_array();
    server_setting *setting = calloc(json_object_size(values) + 1, sizeof *setting);
    assert(setting && problems);
    size_t n = server_settings_read(&f->levers, values, setting, problems);
    assert(n + json_array_size(problems) <= json_object_size(values));
    if (n && json_array_size(problems) == 0) {
        char *text = server_overlay_write(f->world, setting, n, problems);
        assert(text && json_array_size(problems) == 0);
        try_overlay(f, text);
        free(text);
    }
    free(setting);
    json_decref(problems);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static fixture *f;
    if (!f)
        f = make();
    char *text = malloc(size + 1);
    assert(text);
    memcpy(text, data, size);
    text[size] = '\0';
    char *rest = strchr(text, '\n');
    if (rest)
        *rest++ = '\0';
    json_t *values = rest ? json_loads(rest, JSON_REJECT_DUPLICATES, NULL) : NULL;
    try_route(text);
    if (json_is_object(values))
        try_levers(f, values);
    json_decref(values);
    free(text);
    return 0;
}
