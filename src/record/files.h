/* Folders and paths of runs. */
#ifndef HO_RECORD_FILES_H
#define HO_RECORD_FILES_H

#include "holdout/base.h"

/* folder/name, to be freed by the caller; NULL if memory ran out. */
char *ho_path_join(const char *folder, const char *name);
/* Makes a folder and those above it. HO_ERR_IO names the part that cannot be made. */
ho_status ho_folder_make(const char *folder, ho_error *err);

#endif
