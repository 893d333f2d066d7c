/* SQLite with our errors: each call says what went wrong with which file, in one sentence. */
#ifndef HO_RECORD_SQL_H
#define HO_RECORD_SQL_H

#include <sqlite3.h>

#include "holdout/base.h"

/* Turns the connection's last error into a status and a sentence naming `path`:
 * HO_ERR_IO (full disk, cannot be read, written or opened), HO_ERR_INPUT (damaged or another kind of file),
 * HO_ERR_STATE (another process is writing it), HO_ERR_MEMORY. */
ho_status ho_sql_error(sqlite3 *db, int code, const char *path, ho_error *err);
ho_status ho_sql_exec(sqlite3 *db, const char *path, const char *sql, ho_error *err);
ho_status ho_sql_prepare(sqlite3 *db, const char *path, const char *sql, sqlite3_stmt **statement, ho_error *err);
/* Runs a statement that gives no rows and readies it for the next use. */
ho_status ho_sql_run(sqlite3_stmt *statement, const char *path, ho_error *err);
/* Moves to the next row: *row says whether there is one. */
ho_status ho_sql_next(sqlite3_stmt *statement, const char *path, bool *row, ho_error *err);

#endif
