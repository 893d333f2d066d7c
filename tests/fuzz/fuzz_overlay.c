/* Any bytes as what-if overlays of the small good scenario: one, or two that a byte 0x01 divides. */
#include "fuzz/scenario.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static ho_findings findings;
    static const char *const NAME[] = {"first", "second"};
    const uint8_t *border = size ? memchr(data, 1, size) : NULL;
    size_t n_first = border ? (size_t)(border - data) : size;
    ho_bytes bytes[HO_N_PLACE] = {{0}};
    ho_problems problems = {0};
    ho_scenario *scenario = calloc(1, sizeof *scenario);
    assert(scenario);
    ho_findings_init(&findings);
    assert(ho_overlays_name(scenario, &findings, border ? 2 : 1, NAME));
    base_take(bytes);
    bytes[HO_FILE_OVERLAY] = (ho_bytes){(const char *)data, n_first};
    if (border)
        bytes[HO_FILE_OVERLAY + 1] = (ho_bytes){(const char *)border + 1, size - n_first - 1};
    ho_scenario_read(scenario, &findings, bytes);
    if (findings.n_total == 0) {
        scenario_verify(scenario);
        assert(scenario->overlay[0].title && scenario->overlay[0].why && *scenario->overlay[0].changes);
    }
    assert(!findings.no_memory && ho_findings_report(&findings, &problems));
    ho_problems_free(&problems);
    ho_scenario_free(scenario);
    return 0;
}
