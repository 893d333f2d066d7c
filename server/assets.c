/* The page: the four files compiled into the program. Each request names one by a route of its own. */
#include "assets.h"

#include <string.h>

#include "server.h"

static void give(const char *path, const char *type, server_reply *reply) {
    for (size_t k = 0; server_assets[k].path; k++)
        if (strcmp(server_assets[k].path, path) == 0) {
            reply->status = 200;
            reply->type = type;
            reply->bytes = (const unsigned char *)server_assets[k].text;
            reply->n = server_assets[k].n;
            return;
        }
    server_reply_error(reply, 404, "the program was built without its page");
}

void server_get_page(server *s, const server_request *request, server_reply *reply) {
    (void)s;
    (void)request;
    give("index.html", "text/html; charset=utf-8", reply);
}

void server_get_script(server *s, const server_request *request, server_reply *reply) {
    (void)s;
    (void)request;
    give("app.js", "text/javascript; charset=utf-8", reply);
}

void server_get_style(server *s, const server_request *request, server_reply *reply) {
    (void)s;
    (void)request;
    give("app.css", "text/css; charset=utf-8", reply);
}

void server_get_icon(server *s, const server_request *request, server_reply *reply) {
    (void)s;
    (void)request;
    give("icon.svg", "image/svg+xml", reply);
}
