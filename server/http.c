/* Connections: what may come in, for how long, from whom, and how answers go out.
 *
 * The HTTP itself is libmicrohttpd's, a thread a connection. A request is refused by its headers where it can be: Host must be this server (a
 * page elsewhere that makes its name point here is not), Origin too where it is sent, nothing but a click comes from another page, a body only where the route takes one and only up to a
 * limit. A janitor hangs up on whoever takes too long: the faster the more connections there are. */
#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#include "server.h"

enum { ZIP_FROM = 1024 /* [byte] below it gzip gains nothing */, EVENT_ROOM = 4096, JANITOR_MS = 100 };
#define STREAM_BEAT_S 5.0 /* a comment at least so often, so that who has gone is noticed */

double server_clock_s(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* --- answers --- */

void server_reply_text(server_reply *reply, const char *type, char *text) {
    if (!text) {
        server_reply_error(reply, MHD_HTTP_INTERNAL_SERVER_ERROR, "out of memory");
        return;
    }
    free(reply->text);
    reply->status = reply->status ? reply->status : MHD_HTTP_OK;
    reply->type = type;
    reply->text = text;
    reply->n = strlen(text);
}

void server_reply_json(server_reply *reply, json_t *value) {
    char *text = value ? json_dumps(value, JSON_COMPACT | JSON_REAL_PRECISION(7)) : NULL;
    json_decref(value);
    server_reply_text(reply, "application/json", text);
}

void server_reply_error(server_reply *reply, unsigned status, const char *format, ...) {
    char sentence[1100];
    va_list list;
    va_start(list, format);
    vsnprintf(sentence, sizeof sentence, format, list);
    va_end(list);
    json_t *text = json_string(sentence), *object = json_object();
    if (object)
        json_object_set_new(object, "error", text ? text : json_string("the sentence is not UTF-8"));
    else
        json_decref(text);
    free(reply->text);
    reply->text = object ? json_dumps(object, JSON_COMPACT) : NULL;
    json_decref(object);
    reply->status = status;
    reply->type = "application/json";
    reply->n = reply->text ? strlen(reply->text) : 0;
    reply->file[0] = '\0';
}

void server_reply_problems(server_reply *reply, json_t *problems) {
    size_t n = json_array_size(problems);
    json_t *object = NULL;
    if (n > 1)
        object = json_pack("{s:o, s:o}", "error", json_sprintf("the request has %zu problems.", n), "problems", json_incref(problems));
    else
        object = json_pack("{s:O}", "error", json_array_get(problems, 0));
    json_decref(problems);
    reply->status = MHD_HTTP_BAD_REQUEST;
    server_reply_json(reply, object);
}

void server_reply_failure(server_reply *reply, const ho_error *err) {
    unsigned status = err->status == HO_ERR_STATE ? MHD_HTTP_CONFLICT : MHD_HTTP_INTERNAL_SERVER_ERROR;
    server_reply_error(reply, status, "%s", err->text[0] ? err->text : ho_status_text(err->status));
}

/* What every answer carries. */
static const struct {
    const char *name, *value;
} security[] = {
    {"Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
                                "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Cache-Control", "no-store"},
};

/* gzip of n bytes; NULL: out of memory. */
static unsigned char *zip(const void *bytes, size_t n, size_t *n_zipped) {
    z_stream z = {0};
    unsigned char *out = NULL;
    if (n > UINT32_MAX || deflateInit2(&z, 3, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return NULL;
    size_t room = deflateBound(&z, n);
    out = malloc(room);
    z.next_in = (unsigned char *)(uintptr_t)bytes;
    z.avail_in = (uInt)n;
    z.next_out = out;
    z.avail_out = (uInt)room;
    if (out && deflate(&z, Z_FINISH) != Z_STREAM_END) {
        free(out);
        out = NULL;
    }
    *n_zipped = z.total_out;
    deflateEnd(&z);
    return out;
}

static bool takes_gzip(struct MHD_Connection *connection) {
    const char *accepted = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Accept-Encoding");
    return accepted && strstr(accepted, "gzip") && !strstr(accepted, "gzip;q=0");
}

static struct MHD_Response *plain_response(server_reply *reply) {
    struct MHD_Response *response =
        reply->text ? MHD_create_response_from_buffer(reply->n, reply->text, MHD_RESPMEM_MUST_FREE)
                    : MHD_create_response_from_buffer(reply->n, (void *)(uintptr_t)reply->bytes, MHD_RESPMEM_PERSISTENT);
    if (response)
        reply->text = NULL;
    return response;
}

/* The text as it is, or smaller where the other side takes that. */
static struct MHD_Response *response_of(struct MHD_Connection *connection, server_reply *reply) {
    bool can = takes_gzip(connection), zipped = reply->zipped;
    const void *bytes = reply->text ? (const void *)reply->text : reply->bytes;
    struct MHD_Response *response = NULL;
    if (!zipped && can && reply->n >= ZIP_FROM) {
        size_t n = 0;
        unsigned char *out = zip(bytes, reply->n, &n);
        response = out ? MHD_create_response_from_buffer(n, out, MHD_RESPMEM_MUST_FREE) : NULL;
        zipped = response;
        if (response) {
            free(reply->text);
            reply->text = NULL;
        } else {
            free(out);
        }
    }
    if (!response)
        response = plain_response(reply);
    if (response && zipped)
        MHD_add_response_header(response, "Content-Encoding", "gzip");
    if (response)
        MHD_add_response_header(response, "Vary", "Accept-Encoding");
    return response;
}

/* --- events --- */

typedef struct stream {
    server *s;
    server_job *job;
    unsigned version;
    bool begun, ended;
    char *text; /* what is left to send of an event */
    size_t n, at;
} stream;

/* The next event as text; NULL: a beat is due, the end has come or memory ran out. */
static void stream_next(stream *e) {
    server *s = e->s;
    double began_s = server_clock_s();
    char *json = NULL;
    free(e->text);
    e->text = NULL;
    e->n = e->at = 0;
    pthread_mutex_lock(&s->lock);
    while (e->begun && e->version == e->job->version && !atomic_load(&s->stopping) && server_clock_s() - began_s < STREAM_BEAT_S) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += 1;
        pthread_cond_timedwait(&s->changed, &s->lock, &until);
    }
    bool news = !e->begun || e->version != e->job->version, last = server_job_ended(e->job);
    if (news)
        json = server_job_text(e->job, last);
    e->version = e->job->version;
    e->begun = true;
    pthread_mutex_unlock(&s->lock);
    if (atomic_load(&s->stopping) || (news && !json)) {
        e->ended = true;
        return;
    }
    int n = news ? asprintf(&e->text, "event: %s\ndata: %s\n\n", last ? "end" : "progress", json) : asprintf(&e->text, ":\n\n");
    free(json);
    if (n < 0)
        e->text = NULL;
    e->n = n < 0 ? 0 : (size_t)n;
    e->ended = (news && last) || n < 0;
}

static ssize_t stream_read(void *context, uint64_t position, char *bytes, size_t room) {
    (void)position;
    stream *e = context;
    if (e->at == e->n && !e->ended)
        stream_next(e);
    size_t n = e->n - e->at < room ? e->n - e->at : room;
    if (n == 0)
        return MHD_CONTENT_READER_END_OF_STREAM;
    memcpy(bytes, e->text + e->at, n);
    e->at += n;
    return (ssize_t)n;
}

static void stream_free(void *context) {
    stream *e = context;
    pthread_mutex_lock(&e->s->lock);
    e->s->n_stream--;
    pthread_mutex_unlock(&e->s->lock);
    server_job_release(e->s, e->job);
    free(e->text);
    free(e);
}

/* Takes the reply's reference to the job. */
static struct MHD_Response *stream_of(server *s, server_reply *reply) {
    stream *e = calloc(1, sizeof *e);
    pthread_mutex_lock(&s->lock);
    bool room = e && s->n_stream < SERVER_STREAM_MAX;
    s->n_stream += room;
    pthread_mutex_unlock(&s->lock);
    if (!room) {
        free(e);
        server_job_release(s, reply->stream);
        reply->stream = NULL;
        server_reply_error(reply, 429, "too many streams of events; close one");
        return NULL;
    }
    *e = (stream){.s = s, .job = reply->stream};
    reply->stream = NULL;
    struct MHD_Response *response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, EVENT_ROOM, stream_read, e, stream_free);
    if (!response)
        stream_free(e);
    return response;
}

static enum MHD_Result send_reply(server *s, struct MHD_Connection *connection, server_reply *reply) {
    struct MHD_Response *response = reply->stream ? stream_of(s, reply) : NULL;
    if (response)
        reply->type = "text/event-stream";
    else
        response = response_of(connection, reply);
    if (!response) {
        free(reply->text);
        return MHD_NO;
    }
    MHD_add_response_header(response, "Content-Type", reply->type);
    for (size_t k = 0; k < sizeof security / sizeof *security; k++)
        MHD_add_response_header(response, security[k].name, security[k].value);
    if (reply->allow)
        MHD_add_response_header(response, "Allow", reply->allow);
    if (reply->file[0]) {
        char value[128];
        snprintf(value, sizeof value, "attachment; filename=\"%s\"", reply->file);
        MHD_add_response_header(response, "Content-Disposition", value);
    }
    enum MHD_Result sent = MHD_queue_response(connection, reply->status, response);
    MHD_destroy_response(response);
    return sent;
}

/* --- what is refused by its headers --- */

/* Headers that decide, each of which may be there once. */
typedef struct heads {
    size_t n_host, n_origin, n_length, n_coding;
    const char *host, *origin, *type, *length, *site, *mode, *dest;
} heads;

static enum MHD_Result head_read(void *context, enum MHD_ValueKind kind, const char *key, const char *value) {
    (void)kind;
    heads *h = context;
    value = value ? value : "";
    if (strcasecmp(key, "Host") == 0) {
        h->host = value;
        h->n_host++;
    } else if (strcasecmp(key, "Origin") == 0) {
        h->origin = value;
        h->n_origin++;
    } else if (strcasecmp(key, "Content-Length") == 0) {
        h->length = value;
        h->n_length++;
    } else if (strcasecmp(key, "Transfer-Encoding") == 0) {
        h->n_coding++;
    } else if (strcasecmp(key, "Content-Type") == 0) {
        h->type = value;
    } else if (strcasecmp(key, "Sec-Fetch-Site") == 0) {
        h->site = value;
    } else if (strcasecmp(key, "Sec-Fetch-Mode") == 0) {
        h->mode = value;
    } else if (strcasecmp(key, "Sec-Fetch-Dest") == 0) {
        h->dest = value;
    }
    return MHD_YES;
}

/* A click elsewhere on a link to the page: a document of its own, of which the other page reads nothing. */
static bool is_click(const heads *h, const char *method, const char *path) {
    return h->mode && strcmp(h->mode, "navigate") == 0 && h->dest && strcmp(h->dest, "document") == 0 && strcmp(method, "GET") == 0 &&
           strcmp(path, "/") == 0;
}

static bool is_ours(const server *s, const heads *h, const char *method, const char *path, server_reply *reply) {
    bool host = h->n_host == 1 && (strcasecmp(h->host, s->host[0]) == 0 || strcasecmp(h->host, s->host[1]) == 0);
    bool origin = h->n_origin == 0 ||
                  (h->n_origin == 1 && (strcasecmp(h->origin, s->origin[0]) == 0 || strcasecmp(h->origin, s->origin[1]) == 0));
    bool site = !h->site || strcmp(h->site, "same-origin") == 0 || strcmp(h->site, "none") == 0 || is_click(h, method, path);
    if (!host)
        server_reply_error(reply, 403, "Host is not this server");
    else if (!origin || !site)
        server_reply_error(reply, 403, "the request comes from another page than this server's");
    return host && origin && site;
}

static bool body_is_fine(const server_route *route, const heads *h, server_reply *reply) {
    bool takes = strcmp(route->method, "POST") == 0;
    bool has = (h->n_length && strcmp(h->length, "0") != 0) || h->n_coding;
    if (has && !takes)
        server_reply_error(reply, 400, "this takes no body");
    else if (takes && !(h->type && strncasecmp(h->type, "application/json", 16) == 0 && (!h->type[16] || strchr("; ", h->type[16]))))
        server_reply_error(reply, 400, "Content-Type needs to be application/json");
    else if (h->n_length && (strlen(h->length) > 9 || strtoul(h->length, NULL, 10) > SERVER_BODY_MAX))
        server_reply_error(reply, 413, "the body is larger than %d bytes", SERVER_BODY_MAX);
    else
        return true;
    return false;
}

/* --- query --- */

typedef struct query {
    const server_route *route;
    server_request *request;
    size_t n_a, n_b;
    bool bad;
} query;

static enum MHD_Result query_read(void *context, enum MHD_ValueKind kind, const char *key, const char *value) {
    (void)kind;
    query *q = context;
    bool a = strcmp(key, "a") == 0, b = strcmp(key, "b") == 0;
    q->n_a += a;
    q->n_b += b;
    if (!q->route->query || !(a || b) || !value || !server_id_read(value, strlen(value), a ? q->request->a : q->request->b))
        q->bad = true;
    return MHD_YES;
}

static bool query_is_fine(struct MHD_Connection *connection, const server_route *route, server_request *request, server_reply *reply) {
    query q = {.route = route, .request = request};
    MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, query_read, &q);
    if (!q.bad && (!route->query || (q.n_a == 1 && q.n_b == 1)))
        return true;
    server_reply_error(reply, 400, route->query ? "the query needs to be ?a=ID&b=ID" : "this takes no query");
    return false;
}

/* --- a request --- */

typedef struct asking {
    const server_route *route;
    server_request request;
    size_t n;
    bool too_large;
    char body[SERVER_BODY_MAX + 1];
} asking;

static void connection_does(server *s, struct MHD_Connection *connection, server_doing doing) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    server_connection *slot = info ? info->socket_context : NULL;
    if (!slot)
        return;
    pthread_mutex_lock(&s->lock);
    slot->doing = doing;
    slot->since_s = server_clock_s();
    pthread_mutex_unlock(&s->lock);
}

static enum MHD_Result refuse(server *s, struct MHD_Connection *connection, server_reply *reply) {
    connection_does(s, connection, SERVER_ANSWERING);
    return send_reply(s, connection, reply);
}

static enum MHD_Result begin(server *s, struct MHD_Connection *connection, const char *path, const char *method, void **context) {
    server_request request = {0};
    server_reply reply = {0};
    heads h = {0};
    MHD_get_connection_values(connection, MHD_HEADER_KIND, head_read, &h);
    if (!is_ours(s, &h, method, path, &reply))
        return refuse(s, connection, &reply);
    const server_route *route = server_route_find(method, path, &request, &reply);
    if (!route || !query_is_fine(connection, route, &request, &reply) || !body_is_fine(route, &h, &reply))
        return refuse(s, connection, &reply);
    asking *made = malloc(sizeof *made);
    if (!made)
        return MHD_NO;
    made->route = route;
    made->request = request;
    made->n = 0;
    made->too_large = false;
    *context = made;
    return MHD_YES;
}

static void more(asking *made, const char *bytes, size_t n) {
    if (n > SERVER_BODY_MAX - made->n)
        made->too_large = true;
    else if (!made->too_large) {
        memcpy(made->body + made->n, bytes, n);
        made->n += n;
    }
}

static enum MHD_Result answer(server *s, struct MHD_Connection *connection, asking *made) {
    server_reply reply = {0};
    json_t *body = NULL;
    json_error_t why;
    connection_does(s, connection, SERVER_ANSWERING);
    bool takes = strcmp(made->route->method, "POST") == 0;
    if (made->too_large)
        server_reply_error(&reply, 413, "the body is larger than %d bytes", SERVER_BODY_MAX);
    else if (takes && !(body = json_loadb(made->body, made->n, JSON_REJECT_DUPLICATES, &why)))
        server_reply_error(&reply, 400, "the body is no JSON: line %d: %s", why.line, why.text);
    else {
        made->request.body = body;
        made->route->handler(s, &made->request, &reply);
    }
    json_decref(body);
    if (reply.stream)
        connection_does(s, connection, SERVER_STREAMING);
    return send_reply(s, connection, &reply);
}

static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *path, const char *method, const char *version,
                              const char *upload, size_t *n_upload, void **of_request) {
    (void)version;
    server *s = context;
    asking *made = *of_request;
    if (!made)
        return begin(s, connection, path, method, of_request);
    if (*n_upload) {
        more(made, upload, *n_upload);
        *n_upload = 0;
        return MHD_YES;
    }
    return answer(s, connection, made);
}

static void completed(void *context, struct MHD_Connection *connection, void **of_request, enum MHD_RequestTerminationCode code) {
    (void)code;
    free(*of_request);
    *of_request = NULL;
    connection_does(context, connection, SERVER_READING);
}

/* --- connections --- */

static void connected(void *context, struct MHD_Connection *connection, void **of_socket, enum MHD_ConnectionNotificationCode code) {
    server *s = context;
    pthread_mutex_lock(&s->lock);
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
        for (size_t k = 0; k < SERVER_CONNECTION_MAX && info && !*of_socket; k++)
            if (s->connection[k].fd < 0) {
                s->connection[k] = (server_connection){info->connect_fd, SERVER_READING, server_clock_s()};
                *of_socket = &s->connection[k];
                s->n_connection++;
            }
    } else if (*of_socket) {
        ((server_connection *)*of_socket)->fd = -1;
        *of_socket = NULL;
        s->n_connection--;
    }
    pthread_mutex_unlock(&s->lock);
}

static double allowed_s(const server *s, const server_connection *c) {
    if (c->doing == SERVER_ANSWERING)
        return SERVER_ANSWER_S;
    return s->n_connection > SERVER_CONNECTION_MAX / 2 ? SERVER_REQUEST_S / 10 : SERVER_REQUEST_S;
}

static void *janitor(void *context) {
    server *s = context;
    while (!atomic_load(&s->stopping)) {
        nanosleep(&(struct timespec){.tv_nsec = JANITOR_MS * 1000000L}, NULL);
        double now_s = server_clock_s();
        pthread_mutex_lock(&s->lock);
        for (size_t k = 0; k < SERVER_CONNECTION_MAX; k++) {
            server_connection *c = &s->connection[k];
            if (c->fd >= 0 && c->doing != SERVER_STREAMING && now_s - c->since_s > allowed_s(s, c))
                shutdown(c->fd, SHUT_RDWR); /* its thread notices and closes it */
        }
        pthread_mutex_unlock(&s->lock);
    }
    return NULL;
}

/* Nothing of a path or query is decoded: what is asked for has no signs that need it. */
static size_t keep(void *context, struct MHD_Connection *connection, char *text) {
    (void)context;
    (void)connection;
    return strlen(text);
}

static void say_nothing(void *context, const char *format, va_list list) {
    (void)context;
    (void)format;
    (void)list;
}

/* A socket that listens on 127.0.0.1 only; -1, with errno, if that cannot be. */
static int open_socket(server *s) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(s->options.port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof address;
    int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, (struct sockaddr *)&address, size) != 0 || listen(fd, 1024) != 0 || getsockname(fd, (struct sockaddr *)&address, &size) != 0) {
        int why = errno;
        close(fd);
        errno = why;
        return -1;
    }
    s->port = ntohs(address.sin_port);
    return fd;
}

static void name_it(server *s) {
    static const char *const name[2] = {"127.0.0.1", "localhost"};
    for (int k = 0; k < 2; k++) {
        snprintf(s->host[k], sizeof s->host[k], "%s:%u", name[k], s->port);
        snprintf(s->origin[k], sizeof s->origin[k], "http://%.30s", s->host[k]);
    }
}

ho_status server_listen(server *s, ho_error *err) {
    for (size_t k = 0; k < SERVER_CONNECTION_MAX; k++)
        s->connection[k].fd = -1;
    int fd = open_socket(s);
    if (fd < 0)
        return ho_error_set(err, HO_ERR_IO, "127.0.0.1:%u: cannot listen there: %s", s->options.port, strerror(errno));
    name_it(s);
    s->has_janitor = pthread_create(&s->janitor, NULL, janitor, s) == 0;
    s->daemon = MHD_start_daemon(MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL | MHD_USE_ITC | MHD_USE_ERROR_LOG,
                                 0, NULL, NULL, handle, s, MHD_OPTION_EXTERNAL_LOGGER, say_nothing, NULL, MHD_OPTION_LISTEN_SOCKET, fd,
                                 MHD_OPTION_CONNECTION_LIMIT, (unsigned)SERVER_CONNECTION_MAX, MHD_OPTION_CONNECTION_TIMEOUT,
                                 (unsigned)SERVER_REQUEST_S + 5u, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)SERVER_HEAD_MAX,
                                 MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, MHD_OPTION_UNESCAPE_CALLBACK, keep,
                                 NULL, MHD_OPTION_NOTIFY_COMPLETED, completed, s, MHD_OPTION_NOTIFY_CONNECTION, connected, s, MHD_OPTION_END);
    if (s->daemon && s->has_janitor)
        return HO_OK;
    if (!s->daemon)
        close(fd);
    return ho_error_set(err, HO_ERR_STATE, "127.0.0.1:%u: the server cannot be started: no thread or memory", s->port);
}

void server_hang_up(server *s) {
    if (s->has_janitor)
        pthread_join(s->janitor, NULL);
    if (s->daemon)
        MHD_stop_daemon(s->daemon);
}
