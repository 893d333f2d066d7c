/* Shares of the country outside a centre from which its district counts as controlled or contested, so that maps drawn by those
 * words can be compared (docs/model.md says which). */
#ifndef HO_RECORD_COUNTRY_H
#define HO_RECORD_COUNTRY_H

#define HO_COUNTRY_CONTROLLED 0.85
#define HO_COUNTRY_CONTESTED 0.3

#endif
