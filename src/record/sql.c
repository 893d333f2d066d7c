/* SQLite's result codes as our statuses. */
#include "record/sql.h"

ho_status ho_sql_error(sqlite3 *db, int code, const char *path, ho_error *err) {
    const char *text = db ? sqlite3_errmsg(db) : sqlite3_errstr(code);
    switch (code & 0xff) {
    case SQLITE_FULL:
    case SQLITE_IOERR:
        return ho_error_set(err, HO_ERR_IO, "%s: reading or writing failed (%s); is the disk full?", path, text);
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
    case SQLITE_FORMAT:
        return ho_error_set(err, HO_ERR_INPUT, "%s: damaged, or not a run of holdout (%s)", path, text);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ho_error_set(err, HO_ERR_STATE, "%s: another process is using this run", path);
    case SQLITE_NOMEM:
        return ho_error_set(err, HO_ERR_MEMORY, "%s: out of memory", path);
    default:
        return ho_error_set(err, HO_ERR_IO, "%s: %s", path, text);
    }
}

ho_status ho_sql_exec(sqlite3 *db, const char *path, const char *sql, ho_error *err) {
    int code = sqlite3_exec(db, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? HO_OK : ho_sql_error(db, code, path, err);
}

ho_status ho_sql_prepare(sqlite3 *db, const char *path, const char *sql, sqlite3_stmt **statement, ho_error *err) {
    int code = sqlite3_prepare_v2(db, sql, -1, statement, NULL);
    if (code == SQLITE_OK)
        return HO_OK;
    /* a table that is missing: the file is a database, but not one of ours */
    if (code == SQLITE_ERROR)
        return ho_error_set(err, HO_ERR_INPUT, "%s: not a run of holdout (%s)", path, sqlite3_errmsg(db));
    return ho_sql_error(db, code, path, err);
}

ho_status ho_sql_run(sqlite3_stmt *statement, const char *path, ho_error *err) {
    int code = sqlite3_step(statement);
    ho_status status = HO_OK;
    if (code != SQLITE_DONE && code != SQLITE_ROW)
        status = ho_sql_error(sqlite3_db_handle(statement), code, path, err);
    sqlite3_reset(statement);
    return status;
}

ho_status ho_sql_next(sqlite3_stmt *statement, const char *path, bool *row, ho_error *err) {
    int code = sqlite3_step(statement);
    *row = code == SQLITE_ROW;
    if (code == SQLITE_ROW || code == SQLITE_DONE)
        return HO_OK;
    return ho_sql_error(sqlite3_db_handle(statement), code, path, err);
}
