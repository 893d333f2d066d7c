/* The loader: what the readers of the files share while a scenario is being built. Internal to the stage. */
#ifndef HO_SCENARIO_LOADER_H
#define HO_SCENARIO_LOADER_H

#include "holdout/scenario.h"
#include "scenario/field.h"
#include "scenario/findings.h"
#include "scenario/names.h"
#include "scenario/yaml.h"

/* A file's bytes, without byte-order mark; data NULL: the file is absent or was refused. */
typedef struct ho_bytes {
    const char *data;
    size_t n;
} ho_bytes;

/* An edge's ends in order and its place: (lo, hi, edge), sorted, for looking edges up. */
typedef struct ho_edge_key {
    int32_t lo, hi, edge;
} ho_edge_key;

enum { HO_NEIGHBOUR_SHOWN = 39 }; /* bytes of a neighbour's name in an observable's */

struct ho_loader {
    ho_scenario *scenario;  /* being built */
    ho_findings *findings;
    ho_names names[HO_N_REF];
    const ho_yaml *yaml;    /* while scenario.yml is read, overlays merged into it */
    const ho_bytes *overlay; /* (HO_OVERLAY_MAX) texts of the overlays, borrowed */
    bool edges_open, shares_open; /* edges.csv, groups.csv could not be read whole */
    ho_edge_key *edge_key;  /* (n_edge) sorted, owned */
};

/* A kind of row: its fields, its size and what a row is before it is read. */
struct ho_rows {
    const char *what;       /* plural, for messages: "blocs" */
    const ho_field *field;
    size_t n_field;
    size_t size;            /* of a row [byte] */
    const void *blank;      /* (size) */
    size_t line;            /* offset of the row's int32_t line */
    size_t max;             /* rows allowed */
    ho_ref ref;             /* table of names the rows' ids go to, or HO_REF_NONE */
    size_t id;              /* offset of the char * id, if ref */
    size_t min;             /* rows needed */
};

/* Appends a blank row with its line. *rows is reallocated when *n is a power of two. Returns it, NULL if memory ran out. */
void *ho_row_add(ho_loader *loader, const ho_rows *kind, void **rows, size_t *n, int32_t line);
/* Enters the last row's id in its table of names; a second use is a finding. */
void ho_row_name(ho_loader *loader, const ho_rows *kind, ho_file file, const void *rows, size_t n);
/* Appends the rows of a CSV table. Returns false if the table could not be read to its end. */
bool ho_table_read(ho_loader *loader, ho_file file, ho_bytes bytes, const ho_rows *kind, void **rows, size_t *n);
/* Appends the rows of a YAML list of maps; node NULL: an absent section, no rows. */
void ho_list_read(ho_loader *loader, const ho_yaml_node *node, const ho_rows *kind, void **rows, size_t *n);
/* Reads a YAML map into one row: unknown, repeated and missing keys are findings. */
void ho_map_read(ho_loader *loader, const ho_yaml_node *node, const ho_field *field, size_t n_field, void *row);
/* True if node is a list (of n values if n is not 0); else a finding that names the key. */
bool ho_list_expect(ho_loader *loader, const ho_yaml_node *node, size_t n, const char *name);
/* Reads a scalar node by a field into the row. */
bool ho_scalar_read(ho_loader *loader, const ho_yaml_node *node, const ho_field *field, void *row);
/* Copies text; NULL and no_memory if memory ran out. */
char *ho_text_keep(ho_loader *loader, const char *text);

/* A family of priors: `{name: value}` or `{name: [value, value]}`. */
typedef struct ho_prior_shape {
    const char *name;
    int n_argument;
    struct {
        const char *name;
        bool positive;
    } argument[2]; /* the last goes to b if the family has no a (halfnormal), else a, b */
} ho_prior_shape;
/* The shapes in the order of ho_prior_family; NULL past the end. */
const ho_prior_shape *ho_prior_shape_at(size_t k);

/* Reads `{family: ...}` into prior; draws must lie in min..max. */
void ho_prior_read(ho_loader *loader, const ho_yaml_node *node, const ho_field *field, ho_prior *prior);
/* Whether a node is written like a prior: a map of a distribution and perhaps min and max. */
bool ho_prior_is(const ho_yaml *yaml, const ho_yaml_node *node);

/* The files, each into the scenario; later ones use what earlier ones named. */
void ho_districts_read(ho_loader *loader, ho_bytes bytes);
void ho_edges_read(ho_loader *loader, ho_bytes bytes);
void ho_settings_read(ho_loader *loader, ho_bytes bytes); /* scenario.yml, with its overlays */
void ho_commands_read(ho_loader *loader, ho_bytes bytes);
void ho_garrisons_read(ho_loader *loader, ho_bytes bytes);
void ho_groups_read(ho_loader *loader, ho_bytes bytes);
void ho_record_read(ho_loader *loader, ho_bytes bytes);
void ho_claims_read(ho_loader *loader, ho_bytes bytes);
void ho_facts_read(ho_loader *loader, ho_bytes bytes);
void ho_readings_read(ho_loader *loader, ho_bytes bytes); /* after claims */
void ho_forecasts_read(ho_loader *loader, ho_bytes bytes);
void ho_boundaries_read(ho_loader *loader, ho_bytes bytes);

/* Index of the edge between two districts, -1 if they do not touch. */
int32_t ho_edge_find(const ho_loader *loader, int32_t a, int32_t b);

/* Checks that need more than one file. */
void ho_scenario_check(ho_loader *loader);

/* Enters the overlays' names as asked for and as shown into the scenario and the findings. Returns false after a finding (too
 * many, none named, one named twice) or if memory ran out. */
bool ho_overlays_name(ho_scenario *scenario, ho_findings *findings, size_t n, const char *const *name);
/* Parses the overlays and merges them, one after the other, into the tree of scenario.yml; a tree without nodes or whose root is no
 * map is left as it is, and the overlays are only parsed. */
void ho_overlays_merge(ho_loader *loader, ho_yaml *yaml);

/* Reads all files from memory, overlays (named before) behind the others. Adds every problem to findings; the scenario is whole
 * only if there are none. */
void ho_scenario_read(ho_scenario *scenario, ho_findings *findings, const ho_bytes bytes[HO_N_PLACE]);

#endif
