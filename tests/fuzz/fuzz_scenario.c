/* The small good scenario with any one file replaced: the first byte says which, the others are the file. */
#include "fuzz/scenario.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Reads the good scenario with one file replaced; optional files stand only for themselves. */
static void file_try(ho_file file, const char *data, size_t n) {
    static ho_findings findings;
    ho_bytes bytes[HO_N_PLACE] = {{0}};
    ho_problems problems = {0};
    base_take(bytes);
    bytes[file] = (ho_bytes){data, n};
    ho_scenario *scenario = calloc(1, sizeof *scenario);
    assert(scenario);
    ho_findings_init(&findings);
    ho_scenario_read(scenario, &findings, bytes);
    if (findings.n_total == 0)
        scenario_verify(scenario);
    assert(!findings.no_memory && ho_findings_report(&findings, &problems));
    ho_problems_free(&problems);
    ho_scenario_free(scenario);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size == 0)
        return 0;
    ho_file file = (ho_file)(HO_FILE_SCENARIO + data[0] % (HO_N_FILE - HO_FILE_SCENARIO));
    file_try(file, (const char *)data + 1, size - 1);
    return 0;
}
