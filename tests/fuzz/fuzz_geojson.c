/* Any bytes as boundaries.geojson of three districts: no crash, no leak, sound outlines. */
#include "fuzz/verify.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static ho_findings findings;
    ho_findings_init(&findings);
    ho_scenario *scenario = calloc(1, sizeof *scenario);
    assert(scenario);
    ho_loader loader = {.scenario = scenario, .findings = &findings};
    ho_districts_read(&loader, (ho_bytes){BASE[1].text, strlen(BASE[1].text)});
    ho_boundaries_read(&loader, (ho_bytes){(const char *)data, size});
    if (findings.n_total == 0)
        outlines_verify(scenario);
    ho_findings_free(&findings);
    for (int ref = 0; ref < HO_N_REF; ref++)
        ho_names_free(&loader.names[ref]);
    ho_scenario_free(scenario);
    return 0;
}
