/* Merging one YAML tree's sections into another's, before the reader sees them. docs/scenario.md, "What-if overlays", has the rules.
 *
 * A merge only links nodes anew: nothing is made, so nothing can run out. What the rules forbid is a finding and is left out. */
#ifndef HO_SCENARIO_MERGE_H
#define HO_SCENARIO_MERGE_H

#include "scenario/findings.h"
#include "scenario/yaml.h"

/* Rows of a list and keys of a map that an overlay may have: more than any section takes, and few enough to compare in pairs. */
enum { HO_MERGE_MAX = 2000 };

/* Unlinks keys that stand twice in a map, each with a finding. Returns false after a finding if the map has too many keys. */
bool ho_merge_keys_single(ho_findings *findings, ho_yaml *yaml, int32_t map);

/* Puts a node, its key included, into a map: in the place of the child with that key, or as its last child. */
void ho_merge_put(ho_yaml *yaml, int32_t map, int32_t node);

/* Merges a section (a list or map that is not linked any more) into the root of the scenario. */
void ho_merge_section(ho_findings *findings, ho_yaml *yaml, int32_t root, int32_t section);

/* Writes what a section changes into text (room bytes, always ended): "calendar: a, b (removed)". Returns the length without limit. */
size_t ho_merge_describe(const ho_yaml *yaml, int32_t section, char *text, size_t room);

#endif
