/* The viewer's server: answers the page compiled into it and the requests of docs/api.md on 127.0.0.1.
 *
 * Who does what: http.c takes connections, enforces limits and writes answers; routes.c has the table of requests; each resource is a file
 * (info, run, fields, districts, replicates, levers, jobs, flee); overlay.c turns levers into the text of a what-if; worker.c runs what-ifs one
 * after the other. Connections have a thread each, so a handler may take its time; what threads share is behind server.lock or a run's lock.
 * Uses the library's public headers only. */
#ifndef HO_SERVER_H
#define HO_SERVER_H

#include <jansson.h>
#include <pthread.h>
#include <stdatomic.h>

#include "holdout/flee.h"
#include "holdout/record.h"

/* --- for the program --- */

typedef struct server server;

typedef struct server_options {
    uint16_t port;              /* 0: a free one */
    size_t n_thread;            /* for simulating */
    const char *scenario;       /* folder of the scenario of all runs; all texts are borrowed until server_stop */
    const char *scenario_name;  /* as a command would name it */
    const char *boundaries;     /* file in the place of the scenario's outlines; NULL: none */
    size_t n_run;
    const char *const *run;     /* (n_run) folders of finished runs; the first is the base of what-ifs */
    const json_t *what_ifs;     /* array of {name, title, why, changes} of the scenario's folder */
    const ho_flee_case *flee;   /* NULL: none */
    const char *flee_name;
} server_options;

/* Opens the runs, makes a folder for what-ifs and listens. Runs but the first that cannot be read are left out. The caller stops *made.
 * HO_ERR_INPUT: the first run cannot be read, is not finished or not of this scenario; HO_ERR_IO: the port is taken, no folder can be made;
 * HO_ERR_MEMORY. */
ho_status server_start(const server_options *options, server **made, ho_error *err);
uint16_t server_port(const server *s);
/* Stops the job that runs, ends every connection, removes the folder. NULL allowed. */
void server_stop(server *s);

/* --- limits --- */

enum {
    SERVER_BODY_MAX = 64 * 1024,      /* [byte] of a request's body */
    SERVER_HEAD_MAX = 24 * 1024,      /* [byte] of a connection's memory: request line and headers lie in it */
    SERVER_CONNECTION_MAX = 256,      /* connections at a time */
    SERVER_STREAM_MAX = 32,           /* streams of events at a time */
    SERVER_JOB_WAITING_MAX = 8,
    SERVER_JOB_KEPT_MAX = 16,         /* ended jobs whose runs are kept */
    SERVER_REPLICATE_MAX = 2000,
    SERVER_RUN_MAX = 64,
    SERVER_ID_MAX = 12,               /* [byte] of an id in a request: a letter and digits */
    SERVER_PATH_MAX = 4096,
};
#define SERVER_REQUEST_S 10.0 /* a request must have arrived within; a tenth of it while half of the connections are in use */
#define SERVER_ANSWER_S 60.0  /* an answer must have been taken within */

/* --- requests and answers --- */

/* A request as its route read it. */
typedef struct server_request {
    char id[SERVER_ID_MAX + 1];               /* of the path */
    uint32_t number;                          /* of the path */
    char a[SERVER_ID_MAX + 1], b[SERVER_ID_MAX + 1]; /* of the query */
    const json_t *body;                       /* of a POST */
} server_request;

typedef struct server_job server_job;

typedef struct server_reply {
    unsigned status;         /* HTTP */
    const char *type;        /* of the content */
    char *text;              /* (n) owned; or */
    const unsigned char *bytes; /* (n) static */
    size_t n;
    bool zipped;             /* it is gzip already */
    char file[64];           /* name to save it under; "": to be shown */
    const char *allow;       /* methods, of a 405 */
    server_job *stream;      /* events of this job in the place of a text; a reference */
} server_reply;

void server_reply_error(server_reply *reply, unsigned status, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Takes the text. NULL: 500. */
void server_reply_text(server_reply *reply, const char *type, char *text);
/* Takes the reference. */
void server_reply_json(server_reply *reply, json_t *value);
/* 400: the one problem is the error; of several, error is their number and problems a sentence for each. Takes the array of texts (1 or more). */
void server_reply_problems(server_reply *reply, json_t *problems);
/* The error of the library as an answer. */
void server_reply_failure(server_reply *reply, const ho_error *err);

/* --- runs --- */

typedef struct server_fields server_fields;
typedef struct server_falls server_falls;

typedef struct server_run {
    char id[SERVER_ID_MAX + 1];
    char *folder, *name;      /* name: what it is called on the page */
    char job[SERVER_ID_MAX + 1]; /* that made it, "": none */
    size_t n_replicate;
    char digest[65];
    ho_run_options *made;
    size_t n_user;            /* guarded by server.lock; the list is one of them */
    pthread_mutex_t lock;     /* guards what follows, made when first asked for */
    ho_scenario *scenario;
    ho_world *world;
    ho_observables observables;
    char *data;               /* answer of its route */
    server_fields *fields;
    server_falls *falls;
} server_run;

/* A run of a finished store; `job` "" where none made it. */
ho_status server_run_open(const char *folder, const char *id, const char *job, const char *name, server_run **made, ho_error *err);
void server_run_free(server_run *run); /* NULL allowed; a job's folder is removed by who made it */
/* The run of an id, to be released; waits for one that is being written to its end. NULL: there is none. */
server_run *server_run_take(server *s, const char *id);
/* The same; without such a run the reply is the 404 that says so. */
server_run *server_run_want(server *s, const char *id, server_reply *reply);
void server_run_release(server *s, server_run *run);
/* Loads scenario and world where they are not yet; the caller holds run->lock. HO_ERR_STATE: the scenario has changed since. */
ho_status server_run_load(server *s, server_run *run, ho_error *err);
/* Makes what the page asks for first, before it asks. Takes run->lock. */
void server_run_warm(server *s, server_run *run);
/* The options of simulating its replicates again. */
ho_sim_options server_run_sim(const server_run *run);

void server_fields_free(server_fields *fields); /* NULL allowed */
void server_falls_free(server_falls *falls);    /* NULL allowed */

/* --- levers --- */

typedef enum server_kind { SERVER_NUMBER, SERVER_DATE, SERVER_CHOICE, SERVER_SWITCH } server_kind;
/* What a lever changes; `key` names which. */
typedef enum server_target {
    SERVER_PARAMETER,  /* parameter `key` */
    SERVER_CALENDAR,   /* date of the calendar's entry `key` */
    SERVER_SHIFT,      /* dates of all entries of kind `sub` of bloc `key` */
    SERVER_SIZE,       /* value of the entry `key` */
    SERVER_FLOW,       /* flows of kind `sub` of patron `key`, a factor */
    SERVER_MONEY,      /* all patrons' cash to factions of bloc `key`, a factor */
    SERVER_BORDER,     /* posture of patron `key` to people */
    SERVER_GHOST,      /* garrison kind `key` */
    SERVER_ARREARS,    /* garrison kind `key` */
    SERVER_STRENGTH,   /* faction `key` */
    SERVER_MECHANISM,  /* mechanism `key` */
    SERVER_N_TARGET
} server_target;

typedef struct server_value {
    double number;
    ho_day day;
    int choice; /* ho_posture */
    bool on;
} server_value;

typedef struct server_lever {
    char id[96], key[64], label[192], help[512];
    const char *group, *unit;
    server_kind kind;
    server_target target;
    int sub;
    server_value value, min, max;
    double step;
} server_lever;

typedef struct server_levers {
    size_t n, room;
    server_lever *item; /* (n) in the order of groups */
} server_levers;

/* What can be changed in this world, run with `off`. HO_ERR_MEMORY. */
ho_status server_levers_build(const ho_world *world, uint64_t off, server_levers *levers, ho_error *err);
void server_levers_free(server_levers *levers);
const server_lever *server_lever_find(const server_levers *levers, const char *id);
/* Groups of levers in the order of the page; NULL past the end. */
const char *server_group(size_t k);

/* A lever put elsewhere. */
typedef struct server_setting {
    const server_lever *lever;
    server_value value;
} server_setting;

/* Reads the levers of a request against those of the base: those at their own value are left out. `setting` has room for all; a sentence is added
 * to problems for each that is unknown, of a wrong type or out of range. */
size_t server_settings_read(const server_levers *levers, const json_t *values, server_setting *setting, json_t *problems);
/* The text of an overlay that makes these changes in the world's scenario; to be freed by the caller. What is no more there to be changed is a problem. NULL: out
 * of memory, or problems. */
char *server_overlay_write(const ho_world *world, const server_setting *setting, size_t n, json_t *problems);

/* --- jobs --- */

typedef enum server_state { SERVER_WAITING, SERVER_RUNNING, SERVER_DONE, SERVER_FAILED, SERVER_STOPPED } server_state;

/* A what-if. What changes is guarded by server.lock, the rest is set before it is listed. */
struct server_job {
    char id[SERVER_ID_MAX + 1];
    char *folder, *file;      /* of its run; its overlay, NULL: named what-ifs only */
    char *overlay, *command, *name;
    size_t n;                 /* replicates */
    uint64_t off;
    ho_scenario *scenario;    /* until it has run */
    ho_world *world;
    atomic_bool stop;
    size_t n_user;            /* the list is one of them */
    unsigned version;         /* counts what has changed */
    server_state state;
    bool finishing;           /* it is done, its run not yet written to its end */
    size_t done;
    double began_s, ended_s;
    char run[SERVER_ID_MAX + 1], digest[65];
    char *error, *comparison;
};

server_job *server_job_take(server *s, const char *id);
void server_job_release(server *s, server_job *job);
/* The job as JSON; `all`: with its comparison. The caller holds server.lock and frees the text; NULL: out of memory. */
char *server_job_text(const server_job *job, bool all);
bool server_job_ended(const server_job *job);
/* Runs jobs until the server stops. */
void *server_worker(void *context);

/* --- the server --- */

typedef enum server_doing { SERVER_READING, SERVER_ANSWERING, SERVER_STREAMING } server_doing;
typedef struct server_connection {
    int fd; /* -1: free */
    server_doing doing;
    double since_s;
} server_connection;

struct MHD_Daemon;

struct server {
    server_options options;
    char folder[64];             /* for what-ifs */
    int lock_file;               /* in it, locked; -1: none */
    char host[2][32];            /* texts that Host may be */
    char origin[2][40];
    uint16_t port;
    json_t *info;                /* of the scenario */
    server_levers levers;        /* of the base */
    atomic_bool stopping;
    pthread_mutex_t lock;        /* guards what follows */
    pthread_cond_t changed;      /* jobs */
    size_t n_run, n_job;
    server_run *run[SERVER_RUN_MAX + SERVER_JOB_KEPT_MAX + SERVER_JOB_WAITING_MAX + 2]; /* the first is the base */
    server_job *job[SERVER_JOB_KEPT_MAX + SERVER_JOB_WAITING_MAX + 2]; /* in the order in which they came */
    unsigned next_job;
    size_t n_stream, n_connection;
    server_connection connection[SERVER_CONNECTION_MAX];
    pthread_mutex_t flee_lock;
    char *flee;                  /* answer of its route */
    struct MHD_Daemon *daemon;
    pthread_t worker, janitor;
    bool has_worker, has_janitor;
};

double server_clock_s(void); /* monotonic */
/* "/tmp/.../" goes from a text that is shown: paths of the server are nobody's business. Returns text. */
char *server_hide_folder(const server *s, char *text);
/* Removes a what-if's run or file; what is not there is not missed. */
void server_remove_run(const char *folder);

ho_status server_listen(server *s, ho_error *err);
void server_hang_up(server *s);

/* --- routes --- */

/* Fills the request from path, query and body, and calls the handler; or says what is wrong. */
typedef void server_handler(server *s, const server_request *request, server_reply *reply);
typedef struct server_route {
    const char *method, *path; /* :id and :number stand for themselves */
    bool query;                /* ?a=ID&b=ID */
    server_handler *handler;
} server_route;

/* The route of a request, with id and number of the request filled in. NULL: reply says 404 or 405. */
const server_route *server_route_find(const char *method, const char *path, server_request *request, server_reply *reply);
/* An id of a request: a small letter and one to nine digits. */
bool server_id_read(const char *text, size_t n, char id[SERVER_ID_MAX + 1]);

server_handler server_get_page, server_get_script, server_get_style, server_get_icon; /* assets.c */
server_handler server_get_info, server_get_levers;                                      /* info.c */
server_handler server_get_control; /* control.c */
server_handler server_get_data, server_get_scores, server_get_compare, server_get_flows; /* run.c */
server_handler server_get_fields, server_get_district;                                   /* fields.c, districts.c */
server_handler server_get_replicate;                                                     /* replicates.c */
server_handler server_post_job, server_get_job, server_get_events, server_delete_job, server_get_overlay; /* jobs.c */
server_handler server_get_flee;                                                           /* flee.c */

/* Means over the first replicates of a run, and their spread in a district (fields.c). The caller holds run->lock. */
ho_status server_fields_make(server *s, server_run *run, ho_error *err);
json_t *server_fields_of_district(const server_run *run, size_t district);

/* JSON: null for what is not finite. */
json_t *server_number(double value);

#endif
