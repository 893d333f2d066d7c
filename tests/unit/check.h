/* What the unit tests share: cmocka with the headers it needs, and its order of inclusion. */
#ifndef CHECK_H
#define CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "holdout/base.h"

#define N_OF(array) (sizeof(array) / sizeof *(array))

#endif
