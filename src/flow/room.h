/* Room at a place that fills. */
#ifndef HO_FLOW_ROOM_H
#define HO_FLOW_ROOM_H

/* How much of its attraction a place with `people` keeps: 1 up to `buffer` of its capacity, 0 from capacity on, a straight line between.
 * Capacities below 1 are no limit. */
static inline double ho_room(double people, double capacity, double buffer) {
    if (capacity < 1 || people <= buffer * capacity)
        return 1;
    if (people >= capacity)
        return 0;
    return 1 - (people - buffer * capacity) / (capacity * (1 - buffer));
}

#endif
