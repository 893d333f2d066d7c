/* Tables of run.sqlite. Integer keys in the tables that grow (change_row, control_row, series_row); the views of the same names
 * without `_row` show dates, p-codes and names for people, pandas and R. Days count from the first day simulated. */
#ifndef HO_RECORD_SCHEMA_H
#define HO_RECORD_SCHEMA_H

/* Marks a file as ours: PRAGMA application_id, "hold" in ASCII. */
#define HO_STORE_APPLICATION_ID 0x686f6c64

#define HO_STORE_SCHEMA                                                                                               \
    "CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;"                                              \
    "CREATE TABLE day(day INTEGER PRIMARY KEY, date TEXT NOT NULL);"                                                  \
    "CREATE TABLE district(district INTEGER PRIMARY KEY, pcode TEXT NOT NULL, name TEXT, province TEXT,"              \
    " province_pcode TEXT, region TEXT, is_capital INTEGER, area_km2 REAL, population REAL, lon REAL, lat REAL);"     \
    "CREATE TABLE bloc(bloc INTEGER PRIMARY KEY, id TEXT NOT NULL, name TEXT, color TEXT);"                           \
    "CREATE TABLE faction(faction INTEGER PRIMARY KEY, id TEXT NOT NULL, name TEXT, bloc TEXT, role TEXT);"           \
    "CREATE TABLE mode(mode INTEGER PRIMARY KEY, name TEXT NOT NULL, meaning TEXT);"                                  \
    "CREATE TABLE parameter(draw_order INTEGER PRIMARY KEY, name TEXT NOT NULL, unit TEXT, mechanism TEXT,"           \
    " meaning TEXT, prior TEXT, lo REAL, hi REAL, source TEXT, known_on TEXT, held INTEGER, from_scenario INTEGER,"   \
    " line INTEGER, file TEXT);"                                                                                      \
    "CREATE TABLE observable(observable INTEGER PRIMARY KEY, name TEXT NOT NULL, unit TEXT, definition TEXT,"         \
    " whole INTEGER);"                                                                                                \
    /* values: float32 little-endian, shape (observable, day); digest: SHA-256 of its integers, hex */         \
    "CREATE TABLE draw(replicate INTEGER PRIMARY KEY, first_change INTEGER NOT NULL, n_change INTEGER NOT NULL,"      \
    " digest TEXT NOT NULL, \"values\" BLOB NOT NULL);"                                                               \
    /* values: float64 little-endian, shape (draw_order of table parameter); as drawn, or as the posterior gives them; stream: whose \
     * random numbers it drew, NULL: its own */                                                                            \
    "CREATE TABLE drawn(replicate INTEGER PRIMARY KEY, stream INTEGER, \"values\" BLOB NOT NULL);"                    \
    "CREATE TABLE change_row(id INTEGER PRIMARY KEY, replicate INTEGER NOT NULL, day INTEGER NOT NULL,"               \
    " district INTEGER NOT NULL, from_faction INTEGER NOT NULL, to_faction INTEGER NOT NULL, mode INTEGER NOT NULL);" \
    "CREATE TABLE series_row(observable INTEGER, day INTEGER, mean REAL, q05 REAL, q25 REAL, q50 REAL, q75 REAL,"     \
    " q95 REAL, mcse REAL, n INTEGER, PRIMARY KEY(observable, day)) WITHOUT ROWID;"                                   \
    "CREATE TABLE control_row(day INTEGER, district INTEGER, bloc INTEGER, p REAL,"                                   \
    " PRIMARY KEY(district, day, bloc)) WITHOUT ROWID;"                                                               \
    /* people by place (flows.h): bytes of a replicate; over replicates, of the days kept but the first: arrivals, departures and crossings \
     * since the day kept before, hosted on the day. place: a district, of measure 3 a neighbour */                        \
    "CREATE TABLE neighbour(neighbour INTEGER PRIMARY KEY, name TEXT NOT NULL);"                                      \
    "CREATE TABLE measure(measure INTEGER PRIMARY KEY, name TEXT NOT NULL, meaning TEXT);"                            \
    "CREATE TABLE flow_draw(replicate INTEGER PRIMARY KEY, \"values\" BLOB NOT NULL);"                                \
    "CREATE TABLE flow_row(measure INTEGER, place INTEGER, day INTEGER, mean REAL, q05 REAL, q50 REAL, q95 REAL,"     \
    " PRIMARY KEY(measure, place, day)) WITHOUT ROWID;"                                                               \
    "CREATE VIEW flow AS SELECT measure.name AS measure, coalesce(district.pcode, neighbour.name) AS place,"          \
    " day.date, f.mean, f.q05, f.q50, f.q95 FROM flow_row f JOIN measure USING(measure) JOIN day USING(day)"          \
    " LEFT JOIN district ON f.measure < 3 AND district.district = f.place"                                            \
    " LEFT JOIN neighbour ON f.measure = 3 AND neighbour.neighbour = f.place;"                                        \
    "CREATE TABLE capital_fall(pcode TEXT, date TEXT, p_fallen_by REAL, PRIMARY KEY(pcode, date)) WITHOUT ROWID;"     \
    "CREATE VIEW change AS SELECT c.replicate, day.date, district.pcode, a.id AS from_faction, b.id AS to_faction,"   \
    " mode.name AS mode FROM change_row c JOIN day USING(day) JOIN district USING(district)"                          \
    " JOIN faction a ON a.faction = c.from_faction JOIN faction b ON b.faction = c.to_faction JOIN mode USING(mode);" \
    "CREATE VIEW series AS SELECT o.name AS observable, day.date, s.mean, s.q05, s.q25, s.q50, s.q75, s.q95, s.mcse," \
    " s.n FROM series_row s JOIN observable o ON o.observable = s.observable JOIN day ON day.day = s.day;"            \
    "CREATE VIEW control AS SELECT day.date, district.pcode, bloc.id AS bloc, c.p FROM control_row c"                 \
    " JOIN day USING(day) JOIN district USING(district) JOIN bloc USING(bloc);"

/* `outcome`, one row a replicate, is made at the end: its columns depend on the scenario (outcome.c). */

#endif
