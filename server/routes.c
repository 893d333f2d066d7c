/* The requests there are: docs/api.md in one table. A path is compared piece by piece with each pattern; no piece of it is ever a name of a file. */
#include <string.h>

#include "server.h"

static const server_route route[] = {
    {"GET", "/", false, server_get_page},
    {"GET", "/app.js", false, server_get_script},
    {"GET", "/app.css", false, server_get_style},
    {"GET", "/icon.svg", false, server_get_icon},
    {"GET", "/api/info", false, server_get_info},
    {"GET", "/api/runs/:id/data", false, server_get_data},
    {"GET", "/api/runs/:id/fields", false, server_get_fields},
    {"GET", "/api/runs/:id/control/:number", false, server_get_control},
    {"GET", "/api/runs/:id/flows", false, server_get_flows},
    {"GET", "/api/runs/:id/districts/:number", false, server_get_district},
    {"GET", "/api/runs/:id/replicates/:number", false, server_get_replicate},
    {"GET", "/api/runs/:id/scores", false, server_get_scores},
    {"GET", "/api/compare", true, server_get_compare},
    {"GET", "/api/levers", false, server_get_levers},
    {"POST", "/api/jobs", false, server_post_job},
    {"GET", "/api/jobs/:id", false, server_get_job},
    {"DELETE", "/api/jobs/:id", false, server_delete_job},
    {"GET", "/api/jobs/:id/events", false, server_get_events},
    {"GET", "/api/jobs/:id/overlay", false, server_get_overlay},
    {"GET", "/api/flee", false, server_get_flee},
};
enum { N_ROUTE = sizeof route / sizeof *route };

static bool is_digits(const char *text, size_t n) {
    for (size_t k = 0; k < n; k++)
        if (text[k] < '0' || text[k] > '9')
            return false;
    return n > 0;
}

bool server_id_read(const char *text, size_t n, char id[SERVER_ID_MAX + 1]) {
    if (n < 2 || n > 10 || text[0] < 'a' || text[0] > 'z' || !is_digits(text + 1, n - 1))
        return false;
    memcpy(id, text, n);
    id[n] = '\0';
    return true;
}

static bool number_read(const char *text, size_t n, uint32_t *number) {
    if (n > 9 || !is_digits(text, n) || (n > 1 && text[0] == '0'))
        return false;
    *number = 0;
    for (size_t k = 0; k < n; k++)
        *number = 10 * *number + (uint32_t)(text[k] - '0');
    return true;
}

/* Length of the piece of a path that begins here. */
static size_t piece(const char *path) {
    return strcspn(path, "/");
}

static bool fits(const char *pattern, const char *path, server_request *request) {
    for (;;) {
        size_t n = piece(pattern), m = piece(path);
        bool same;
        if (n == 3 && memcmp(pattern, ":id", 3) == 0)
            same = server_id_read(path, m, request->id);
        else if (n == 7 && memcmp(pattern, ":number", 7) == 0)
            same = number_read(path, m, &request->number);
        else
            same = n == m && memcmp(pattern, path, n) == 0;
        if (!same || pattern[n] != path[m])
            return false;
        if (!pattern[n])
            return true;
        pattern += n + 1;
        path += m + 1;
    }
}

static const char *allowed(const char *path) {
    server_request other;
    bool get = false, post = false, gone = false;
    for (size_t k = 0; k < N_ROUTE; k++)
        if (fits(route[k].path, path, &other)) {
            get |= strcmp(route[k].method, "GET") == 0;
            post |= strcmp(route[k].method, "POST") == 0;
            gone |= strcmp(route[k].method, "DELETE") == 0;
        }
    return post ? "POST" : get && gone ? "GET, DELETE" : get ? "GET" : NULL;
}

const server_route *server_route_find(const char *method, const char *path, server_request *request, server_reply *reply) {
    for (size_t k = 0; k < N_ROUTE; k++)
        if (strcmp(route[k].method, method) == 0 && fits(route[k].path, path, request))
            return &route[k];
    reply->allow = allowed(path);
    if (reply->allow)
        server_reply_error(reply, 405, "this takes %s", reply->allow);
    else
        server_reply_error(reply, 404, "there is no such thing here; docs/api.md lists what there is");
    return NULL;
}
