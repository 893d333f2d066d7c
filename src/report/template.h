/* The page that a run's data is put into, made from web/ by tools/build_web.sh. */
#ifndef HO_REPORT_TEMPLATE_H
#define HO_REPORT_TEMPLATE_H

#include <stddef.h>

#define HO_REPORT_MARKER "@HOLDOUT_DATA@" /* where the data goes; once in the template */

extern const size_t ho_report_template_size; /* [bytes], without the last NUL */
extern const char ho_report_template[];

#endif
