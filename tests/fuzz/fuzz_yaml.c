/* Any bytes as YAML: no crash, no leak, and a tree whose links are sound. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "scenario/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Children point back at their parents, lie behind them and are as many as counted; text ends inside the store. */
static void tree_verify(const ho_yaml *yaml) {
    size_t n_linked = 1;
    for (size_t k = 0; k < yaml->n_node; k++) {
        const ho_yaml_node *node = &yaml->node[k];
        size_t n_child = 0;
        for (const ho_yaml_node *child = ho_yaml_first(yaml, node); child; child = ho_yaml_next(yaml, child), n_child++)
            assert(child > node && child->parent == (int32_t)k);
        assert(n_child == node->n_child && node->line >= 1 && node->key_line >= 1);
        assert(node->key + strlen(ho_yaml_key(yaml, node)) < yaml->n_text || yaml->n_text == 0);
        n_linked += n_child;
    }
    assert(n_linked == yaml->n_node);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const char *text = (const char *)data;
    if (memchr(text, 0, size) || ho_text_utf8_end(text, size) != size)
        return 0; /* refused before */
    static ho_findings findings;
    ho_yaml yaml;
    ho_findings_init(&findings);
    bool ok = ho_yaml_parse(&findings, HO_FILE_SCENARIO, text, size, &yaml);
    assert(ok == (findings.n_total == 0));
    if (ok && yaml.text)
        tree_verify(&yaml);
    ho_yaml_free(&yaml);
    ho_findings_free(&findings);
    return 0;
}
