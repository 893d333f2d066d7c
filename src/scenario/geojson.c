/* boundaries.geojson: outlines of districts.
 * Method: jansson reads the whole file; each feature is then appended to the flat arrays, ring by ring.
 * Invariant: the offsets in feature_ring and ring_point cover what was appended, also after a finding. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "scenario/loader.h"

typedef struct outline_reader {
    ho_loader *loader;
    ho_boundaries *b;
    size_t ring_room, hole_room, point_room; /* of ring_point, ring_is_hole, xy */
    size_t feature;                          /* number of the feature being read, from 1 */
    bool *seen;                              /* (n_district) has a feature */
} outline_reader;

#define SAY(r, ...) ho_finding_add((r)->loader->findings, HO_FILE_BOUNDARIES, 0, "feature %zu: " __VA_ARGS__)

/* Appends one point. Returns false after a finding or when memory ran out. */
static bool point_add(outline_reader *r, const json_t *point) {
    const json_t *lon = json_array_get(point, 0), *lat = json_array_get(point, 1);
    if (!json_is_number(lon) || !json_is_number(lat)) {
        SAY(r, "a point is not [lon, lat]", r->feature);
        return false;
    }
    double x = json_number_value(lon), y = json_number_value(lat);
    if (!(x >= -180 && x <= 180 && y >= -90 && y <= 90)) {
        SAY(r, "a point is [%.10g, %.10g]; need degrees -180 to 180, -90 to 90", r->feature, x, y);
        return false;
    }
    double *xy = ho_array_grow(r->b->xy, &r->point_room, 2 * (r->b->n_point + 1), sizeof *xy);
    if (!xy) {
        r->loader->findings->no_memory = true;
        return false;
    }
    r->b->xy = xy;
    xy[2 * r->b->n_point] = x;
    xy[2 * r->b->n_point + 1] = y;
    r->b->n_point++;
    return true;
}

/* Opens a ring that begins at the next point. */
static bool ring_open(outline_reader *r, bool is_hole) {
    ho_boundaries *b = r->b;
    size_t *start = ho_array_grow(b->ring_point, &r->ring_room, b->n_ring + 2, sizeof *start);
    if (start)
        b->ring_point = start;
    bool *hole = ho_array_grow(b->ring_is_hole, &r->hole_room, b->n_ring + 1, sizeof *hole);
    if (hole)
        b->ring_is_hole = hole;
    if (!start || !hole) {
        r->loader->findings->no_memory = true;
        return false;
    }
    b->ring_is_hole[b->n_ring] = is_hole;
    b->ring_point[b->n_ring++] = b->n_point;
    b->ring_point[b->n_ring] = b->n_point;
    return true;
}

static bool ring_add(outline_reader *r, const json_t *ring, bool is_hole) {
    size_t n = json_array_size(ring), first = r->b->n_point;
    if (n < 4) {
        SAY(r, "a ring has %zu points; need at least 4", r->feature, n);
        return false;
    }
    if (!ring_open(r, is_hole))
        return false;
    bool ok = true;
    for (size_t k = 0; k < n && ok; k++)
        ok = point_add(r, json_array_get(ring, k));
    r->b->ring_point[r->b->n_ring] = r->b->n_point;
    const double *xy = r->b->xy;
    size_t last = r->b->n_point - 1;
    if (ok && (xy[2 * first] != xy[2 * last] || xy[2 * first + 1] != xy[2 * last + 1])) {
        SAY(r, "a ring is not closed; its last point must be its first", r->feature);
        return false;
    }
    return ok;
}

static bool polygon_add(outline_reader *r, const json_t *polygon) {
    size_t n = json_array_size(polygon);
    if (n == 0) {
        SAY(r, "a polygon has no rings", r->feature);
        return false;
    }
    bool ok = true;
    for (size_t k = 0; k < n && ok; k++)
        ok = ring_add(r, json_array_get(polygon, k), k > 0);
    return ok;
}

static bool geometry_add(outline_reader *r, const json_t *geometry) {
    const char *type = json_string_value(json_object_get(geometry, "type"));
    const json_t *coordinates = json_object_get(geometry, "coordinates");
    if (type && strcmp(type, "Polygon") == 0)
        return polygon_add(r, coordinates);
    if (!type || strcmp(type, "MultiPolygon") != 0 || json_array_size(coordinates) == 0) {
        SAY(r, "geometry is no Polygon or MultiPolygon with coordinates", r->feature);
        return false;
    }
    bool ok = true;
    for (size_t k = 0; k < json_array_size(coordinates) && ok; k++)
        ok = polygon_add(r, json_array_get(coordinates, k));
    return ok;
}

/* District of a feature's pcode, -1 after a finding. */
static int32_t district_of(outline_reader *r, const json_t *feature) {
    const ho_names *names = &r->loader->names[HO_REF_DISTRICT];
    const char *pcode = json_string_value(json_object_get(json_object_get(feature, "properties"), "pcode"));
    char quoted[HO_QUOTE_ROOM];
    if (!pcode) {
        SAY(r, "property pcode is missing or no text", r->feature);
        return -1;
    }
    int32_t district = ho_names_find(names, pcode);
    if (district < 0 && !names->open)
        SAY(r, "pcode is %s; districts.csv has no such p-code", r->feature, ho_quote(pcode, quoted));
    if (district < 0)
        return -1;
    if (r->seen[district])
        SAY(r, "pcode %s is there twice", r->feature, ho_quote(pcode, quoted));
    r->seen[district] = true;
    return district;
}

static void feature_add(outline_reader *r, const json_t *feature) {
    ho_boundaries *b = r->b;
    const char *type = json_string_value(json_object_get(feature, "type"));
    if (!type || strcmp(type, "Feature") != 0) {
        SAY(r, "type is not Feature", r->feature);
        return;
    }
    b->district[b->n_feature] = district_of(r, feature);
    geometry_add(r, json_object_get(feature, "geometry"));
    b->feature_ring[++b->n_feature] = b->n_ring;
}

static bool arrays_make(outline_reader *r, size_t n_feature) {
    ho_boundaries *b = r->b;
    b->district = calloc(n_feature + 1, sizeof *b->district);
    b->feature_ring = calloc(n_feature + 1, sizeof *b->feature_ring);
    b->ring_point = calloc(1, sizeof *b->ring_point);
    r->ring_room = 1;
    r->seen = calloc(r->loader->scenario->n_district + 1, sizeof *r->seen);
    bool ok = b->district && b->feature_ring && b->ring_point && r->seen;
    r->loader->findings->no_memory |= !ok;
    return ok;
}

static void collection_read(ho_loader *loader, const json_t *root) {
    outline_reader r = {.loader = loader, .b = &loader->scenario->boundaries};
    const char *type = json_string_value(json_object_get(root, "type"));
    const char *note = json_string_value(json_object_get(root, "note"));
    const json_t *features = json_object_get(root, "features");
    if (!type || strcmp(type, "FeatureCollection") != 0 || json_array_size(features) == 0) {
        ho_finding_add(loader->findings, HO_FILE_BOUNDARIES, 0, "is no FeatureCollection with features");
        return;
    }
    r.b->note = note ? ho_text_keep(loader, note) : NULL;
    size_t n = json_array_size(features);
    if (arrays_make(&r, n))
        for (size_t k = 0; k < n && !loader->findings->no_memory; k++) {
            r.feature = k + 1;
            feature_add(&r, json_array_get(features, k));
        }
    free(r.seen);
}

void ho_boundaries_read(ho_loader *loader, ho_bytes bytes) {
    json_error_t error;
    if (!bytes.data)
        return;
    json_t *root = json_loadb(bytes.data, bytes.n, JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL, &error);
    if (root)
        collection_read(loader, root);
    else if (json_error_code(&error) == json_error_out_of_memory || !error.text[0]) /* it often fails without a word */
        loader->findings->no_memory = true;
    else
        ho_finding_add(loader->findings, HO_FILE_BOUNDARIES, error.line > 0 ? error.line : 0, "not JSON: %s", error.text);
    json_decref(root);
}
