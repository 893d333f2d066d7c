/* holdout/report.h: report.html, one page that holds all of a run's data and asks nothing of the network; the same of two runs compared, and of a
 * case of FLEE.
 *
 * The page shows the run beside the scenario's record: maps by day, counts over time, capitals, how districts changed
 * hands, where the model is wrong, parameters, sources, facts of the run, intended use. It is a template (web/,
 * compiled in) with the data as JSON in it. */
#ifndef HOLDOUT_REPORT_H
#define HOLDOUT_REPORT_H

#include "evidence.h"
#include "flee.h"
#include "record.h"

/* Reads run_folder/run.sqlite and writes run_folder/report.html whole: beside it, synced and renamed. `scenario` is the
 * one the run was made from; its record, outlines, names and colours go into the page. Both are borrowed for the call;
 * reads no clock. HO_ERR_INPUT: no run there, not a store of ours, or a run of another scenario (name or digest
 * differs). HO_ERR_STATE: the run is not finished. HO_ERR_IO: cannot be read or written. HO_ERR_MEMORY. On failure an
 * older report.html is left as it was. */
ho_status ho_report_write(const char *run_folder, const ho_scenario *scenario, ho_error *err);

/* What that page holds, as one JSON text (its shape: web/src/data.ts, `Data`); the same errors. The caller frees *json, which is NULL on failure. */
ho_status ho_report_data(const char *run_folder, const ho_scenario *scenario, char **json, ho_error *err);

/* Writes the page of a comparison, both runs side by side, to `file`: whole, beside it, synced and renamed. Both are borrowed. HO_ERR_IO:
 * cannot be written; an older file is left as it was. HO_ERR_MEMORY. */
ho_status ho_comparison_write(const char *file, const ho_comparison *comparison, ho_error *err);

/* What that page holds of the comparison (web/src/data.ts, `Comparison`). The caller frees *json. HO_ERR_MEMORY. */
ho_status ho_comparison_data(const ho_comparison *comparison, char **json, ho_error *err);

/* What `holdout score RUN --json` prints: the scores of a run of `world` as one JSON text; `run` is what it is called. The caller frees *json,
 * which is NULL on failure. HO_ERR_MEMORY. */
ho_status ho_scores_data(const ho_scores *scores, const ho_world *world, const char *run, uint32_t seed, char **json, ho_error *err);

/* The page of a case of FLEE and its runs, called `name`: map, camps by day beside what was counted, errors; written to `file` as above. All are
 * borrowed. HO_ERR_IO, HO_ERR_MEMORY. */
ho_status ho_flee_page_write(const char *file, const ho_flee_case *flee, const ho_flee_ensemble *runs, const char *name, ho_error *err);

/* What that page holds (web/src/data.ts, `FleeCase`). The caller frees *json. HO_ERR_MEMORY. */
ho_status ho_flee_page_data(const ho_flee_case *flee, const ho_flee_ensemble *runs, const char *name, char **json, ho_error *err);

/* A probability as a byte, as the page's `control` has it: 0 and 255 mean exactly 0 and 1. */
uint8_t ho_share_byte(double p);

/* Base64 (RFC 4648, section 4) of n bytes, NUL-terminated, to be freed by the caller. NULL: out of memory. */
char *ho_base64(const uint8_t *bytes, size_t n);

#endif
