/* The files of server/assets, which web/build.mjs writes. They are compiled in (tools/embed.cmake). */
#ifndef HO_SERVER_ASSETS_H
#define HO_SERVER_ASSETS_H

#include <stddef.h>

typedef struct server_asset {
    const char *path; /* in the folder; NULL past the last */
    const char *text; /* (n) and a NUL */
    size_t n;
} server_asset;

extern const server_asset server_assets[];

#endif
