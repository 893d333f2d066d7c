/* Names of the classes in which a replicate can end. */
#include "holdout/record.h"

const char *ho_ending_name(int ending) {
    static const char *const name[HO_N_ENDING] = {"insurgent victory", "settlement", "stalemate", "fragmentation",
                                                  "state recovery"};
    return ending >= 0 && ending < HO_N_ENDING ? name[ending] : NULL;
}
