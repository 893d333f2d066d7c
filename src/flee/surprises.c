/* The list of surprises, as text. */
#include "holdout/flee.h"

static const struct {
    const char *name, *does, *instead;
} surprise_text[] = {
#define X(id, name, does, instead) {name, does, instead},
    HO_FLEE_SURPRISES(X)
#undef X
};

const char *ho_flee_surprise_name(ho_flee_surprise surprise) {
    return surprise_text[surprise].name;
}

const char *ho_flee_surprise_does(ho_flee_surprise surprise) {
    return surprise_text[surprise].does;
}

const char *ho_flee_surprise_instead(ho_flee_surprise surprise) {
    return surprise_text[surprise].instead;
}
