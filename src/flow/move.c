/* Movement of cohorts. A table of cohorts is read and another written, so that a cohort moves once in a phase.
 * Forgetting: the memory of travel halves on idle days. Once it is below 2^-54 of the least day of travel, adding it to a day of travel rounds
 * to that day exactly, so dropping it changes no comparison; cohorts of people long at rest then fall together.
 * Invariant: at[p] is the sum of the people of the cohorts resting at p. */
#include "flow/move.h"

#include <stdlib.h>
#include <string.h>

enum { STAGES_MOST = 256 };

ho_status ho_flow_build(const ho_network *network, size_t n_route_most, double most_km_per_day, bool alike, ho_flow *flow, ho_error *err) {
    size_t n_pair = 2 * n_route_most + 2, n_place = network->n_place;
    double least_km = most_km_per_day;
    for (size_t k = 0; k < network->n_link; k++)
        least_km = network->km[k] < least_km ? network->km[k] : least_km;
    double n_stage = most_km_per_day / least_km + 2;
    *flow = (ho_flow){.n_place = n_place,
                      .n_stage = n_stage < STAGES_MOST ? (size_t)n_stage : STAGES_MOST,
                      .n_pair = n_pair,
                      .at = calloc(n_place + 1, sizeof *flow->at),
                      .rng = calloc(n_place + 1, sizeof *flow->rng),
                      .which = malloc(n_pair * sizeof *flow->which),
                      .count = malloc(n_pair * sizeof *flow->count)};
    flow->stage_km = most_km_per_day / (double)(flow->n_stage - 1);
    flow->stage = calloc(flow->n_stage, sizeof *flow->stage);
    if (!flow->at || !flow->rng || !flow->which || !flow->count || !flow->stage)
        return ho_error_set(err, HO_ERR_MEMORY, "out of memory for movement over %zu places", n_place);
    return alike ? ho_stints_build(network, most_km_per_day, &flow->stints, err) : HO_OK;
}

void ho_flow_free(ho_flow *flow) {
    ho_cohorts_free(&flow->rest);
    ho_cohorts_free(&flow->road);
    ho_cohorts_free(&flow->spare);
    for (size_t k = 0; k < flow->n_stage && flow->stage; k++)
        ho_cohorts_free(&flow->stage[k]);
    ho_stints_free(&flow->stints);
    free(flow->stage);
    free(flow->at);
    free(flow->rng);
    free(flow->which);
    free(flow->count);
    *flow = (ho_flow){0};
}

void ho_flow_clear(ho_flow *flow) {
    ho_cohorts_clear(&flow->rest);
    ho_cohorts_clear(&flow->road);
    memset(flow->at, 0, flow->n_place * sizeof *flow->at);
}

static ho_status no_memory(ho_error *err) {
    return ho_error_set(err, HO_ERR_MEMORY, "out of memory for cohorts");
}

ho_status ho_flow_insert(ho_flow *flow, int32_t place, uint32_t type, bool first, int64_t people, ho_error *err) {
    const ho_cohort cohort = {.at = place, .type = type, .flags = first ? HO_COHORT_FIRST : 0, .people = people};
    if (people > 0 && !ho_cohorts_add(&flow->rest, &cohort))
        return no_memory(err);
    flow->at[place] += people;
    return HO_OK;
}

static void swap(ho_cohorts *a, ho_cohorts *b) {
    ho_cohorts kept = *a;
    *a = *b;
    *b = kept;
}

static void begin_draws(ho_flow *flow, const ho_streams *streams, uint32_t day, ho_process process) {
    for (size_t p = 0; p < flow->n_place; p++)
        flow->rng[p] = ho_rng_at(streams, day, process, (uint32_t)p);
}

/* --- what both phases do --- */

/* What is remembered after a day on which a cohort moved so far. */
static double remembered(const ho_flow_law *law, const ho_cohort *c) {
    if (!law->short_stints)
        return 0;
    double recent = (c->recent + c->moved_km / law->full_km_per_day) / 2;
    return recent < 0x1p-54 * law->least_km / law->full_km_per_day ? 0 : recent;
}

/* People of a cohort who rest at `place` for the rest of the day. */
static bool come_to_rest(ho_cohorts *rest, const ho_flow_law *law, const ho_cohort *c, int32_t place, uint32_t route, int64_t people) {
    const ho_cohort resting = {
        .at = place, .route = route, .type = c->type, .flags = c->flags, .recent = remembered(law, c), .people = people};
    return people == 0 || ho_cohorts_add(rest, &resting);
}

/* --- on links --- */

/* A cohort whose day took it to the end of its link: it rests, or comes among those who decide again today. They are ordered by the distance covered;
 * a link is longer than a stage, so that who goes on comes into a later one (or, with more stages than there is room for, to the end of its own). */
static bool arrive(ho_flow *flow, const ho_flow_law *law, ho_cohort *c, int32_t link, double km_per_day) {
    const ho_network *network = law->network;
    int32_t place = c->flags & HO_COHORT_SENT_BACK ? network->from[link] : network->to[link];
    bool stops = c->flags & HO_COHORT_SENT_BACK || !(c->moved_km < km_per_day);
    c->flags &= (uint32_t)~(HO_COHORT_FIRST | HO_COHORT_SENT_BACK);
    flow->at[place] += c->people;
    if (stops)
        return come_to_rest(&flow->rest, law, c, place, c->route, c->people);
    if (law->flaw != HO_FLOW_NO_FRESH_DAY)
        c->moved_km = ho_stints_round(&flow->stints, place, c->moved_km);
    c->at = place;
    c->on_km = 0;
    double stage = c->moved_km / flow->stage_km;
    return ho_cohorts_add(&flow->stage[stage < (double)(flow->n_stage - 1) ? (size_t)stage : flow->n_stage - 1], c);
}

/* A cohort on a link covers so much today. */
static bool advance(ho_flow *flow, const ho_flow_law *law, ho_cohort *c, double km_per_day) {
    int32_t link = ~c->at;
    double km = law->network->km[link], day_km = km_per_day;
    if (law->flaw == HO_FLOW_NO_FRESH_DAY)
        day_km -= c->moved_km;
    c->on_km += day_km;
    c->moved_km += day_km;
    if (c->on_km > km || (law->flaw == HO_FLOW_ARRIVE_AT && c->on_km >= km)) {
        c->moved_km += km - c->on_km;
        return arrive(flow, law, c, link, km_per_day);
    }
    c->recent = remembered(law, c);
    c->moved_km = 0;
    return ho_cohorts_add(&flow->spare, c);
}

/* A day, or what is taken as one, of a cohort on a link, which is used up. */
static bool walk_or_ride(ho_flow *flow, const ho_flow_law *law, ho_cohort *c) {
    int32_t link = ~c->at;
    if (law->first_on_foot && c->flags & HO_COHORT_FIRST)
        return advance(flow, law, c, law->walk_km_per_day);
    if (law->walk_chance && law->walk_chance[link] > 0) {
        ho_cohort walking = *c;
        walking.people = ho_split_off(&flow->rng[law->network->from[link]], c->people, law->walk_chance[link]);
        c->people -= walking.people;
        if (walking.people && !advance(flow, law, &walking, law->walk_km_per_day))
            return false;
    }
    return c->people == 0 || advance(flow, law, c, law->km_per_day[link]);
}

/* --- decisions --- */

/* Puts a cohort on a link: in the first phase it waits there for the second, in the second it travels at once. */
static bool set_out(ho_flow *flow, const ho_flow_law *law, bool today, ho_cohort *c) {
    return today ? walk_or_ride(flow, law, c) : ho_cohorts_add(&flow->road, c);
}

/* Where people of a cohort go who have decided to leave `place`: those who can set out, the others stay in `rest`. */
static bool depart(ho_flow *flow, const ho_flow_law *law, ho_cohorts *rest, bool today, const ho_cohort *c, int32_t place,
                   int64_t people) {
    const ho_routes *routes = law->routes;
    size_t first = routes->first[place], n = routes->first[place + 1] - first;
    if (c->route) {
        const ho_route_node *node = &law->nodes->item[c->route];
        int32_t link = ho_network_link(law->network, law->open, place, node->next);
        if (link < 0 || law->full[node->end])
            return come_to_rest(rest, law, c, place, 0, people);
        ho_cohort going = {.at = ~link, .route = node->rest, .type = c->type, .flags = c->flags, .recent = c->recent,
                           .moved_km = c->moved_km, .people = people};
        flow->at[place] -= people;
        return set_out(flow, law, today, &going);
    }
    if (n == 0)
        return come_to_rest(rest, law, c, place, 0, people);
    ho_shares shares = law->shares(law->context, place, c->type);
    size_t n_pair = ho_split(&flow->rng[place], people, &shares, flow->which, flow->count);
    for (size_t k = 0; k < n_pair; k++) {
        size_t route = first + flow->which[k];
        ho_cohort going = {.at = ~routes->link[route], .route = routes->rest[route], .type = c->type, .flags = c->flags,
                           .recent = c->recent, .moved_km = c->moved_km, .people = flow->count[k]};
        bool stays = law->full[routes->end[route]];
        flow->at[place] -= stays ? 0 : going.people;
        if (stays ? !come_to_rest(rest, law, c, place, 0, going.people) : !set_out(flow, law, today, &going))
            return false;
    }
    return true;
}

/* A decision of a whole cohort at a place: p is the chance to leave of who has no route. */
static bool decide(ho_flow *flow, const ho_flow_law *law, ho_cohorts *rest, bool today, const ho_cohort *c, int32_t place, double p) {
    int64_t leaving = c->route ? c->people : ho_split_off(&flow->rng[place], c->people, p);
    if (!come_to_rest(rest, law, c, place, c->route, c->people - leaving))
        return false;
    return leaving == 0 || depart(flow, law, rest, today, c, place, leaving);
}

/* --- leaving --- */

static bool leave(ho_flow *flow, const ho_flow_law *law, const ho_cohort *c) {
    if (c->flags & HO_COHORT_SETTLED)
        return ho_cohorts_add(&flow->spare, c);
    if (law->flaw != HO_FLOW_ONE_BY_ONE)
        return decide(flow, law, &flow->spare, false, c, c->at, law->leave[c->at]);
    ho_cohort one = *c;
    one.people = 1;
    for (int64_t k = 0; k < c->people; k++) {
        if (!decide(flow, law, &flow->spare, false, &one, c->at, law->leave[c->at]))
            return false;
        law->recount(law->context);
    }
    return true;
}

ho_status ho_flow_leave(ho_flow *flow, const ho_flow_law *law, const ho_streams *streams, uint32_t day, ho_error *err) {
    begin_draws(flow, streams, day, HO_PROC_FLOW_LEAVE);
    ho_cohorts_clear(&flow->spare);
    for (size_t k = 0; k < flow->rest.n; k++)
        if (!leave(flow, law, &flow->rest.item[k]))
            return no_memory(err);
    swap(&flow->rest, &flow->spare);
    return HO_OK;
}

/* --- travelling --- */

/* Who arrived today with road before them decides again. */
static bool go_on(ho_flow *flow, const ho_flow_law *law, ho_cohort *c) {
    bool short_stint = law->short_stints && law->drives_on[c->at] && (c->recent + c->moved_km / law->full_km_per_day) / 2 < 0.5;
    return decide(flow, law, &flow->rest, true, c, c->at, short_stint ? 1 : law->leave[c->at]);
}

static bool travel(ho_flow *flow, const ho_flow_law *law, const ho_cohort *from, bool (*how)(ho_flow *, const ho_flow_law *, ho_cohort *)) {
    const ho_cohort whole = *from; /* its table may grow */
    ho_cohort c = whole;
    if (law->flaw != HO_FLOW_ONE_BY_ONE)
        return how(flow, law, &c);
    for (int64_t k = 0; k < whole.people; k++) {
        c = whole;
        c.people = 1;
        if (!how(flow, law, &c))
            return false;
        law->recount(law->context);
    }
    return true;
}

ho_status ho_flow_travel(ho_flow *flow, const ho_flow_law *law, const ho_streams *streams, uint32_t day, ho_error *err) {
    begin_draws(flow, streams, day, HO_PROC_FLOW_TRAVEL);
    ho_cohorts_clear(&flow->spare);
    bool ok = true;
    for (size_t k = 0; k < flow->road.n && ok; k++)
        ok = travel(flow, law, &flow->road.item[k], walk_or_ride);
    for (size_t stage = 0; stage < flow->n_stage; stage++) {
        for (size_t k = 0; k < flow->stage[stage].n && ok; k++)
            ok = travel(flow, law, &flow->stage[stage].item[k], go_on);
        ho_cohorts_clear(&flow->stage[stage]);
    }
    if (!ok)
        return no_memory(err);
    swap(&flow->road, &flow->spare);
    return HO_OK;
}

/* --- closing and settling --- */

ho_status ho_flow_close(ho_flow *flow, const uint8_t *closing, ho_error *err) {
    ho_cohorts_clear(&flow->spare);
    for (size_t k = 0; k < flow->road.n; k++) {
        ho_cohort c = flow->road.item[k];
        c.flags |= closing[~c.at] ? HO_COHORT_SENT_BACK : 0;
        if (!ho_cohorts_add(&flow->spare, &c))
            return no_memory(err);
    }
    swap(&flow->road, &flow->spare);
    return HO_OK;
}

ho_status ho_flow_settle(ho_flow *flow, const double *chance, const ho_streams *streams, uint32_t day, ho_error *err) {
    begin_draws(flow, streams, day, HO_PROC_FLOW_SETTLE);
    ho_cohorts_clear(&flow->spare);
    for (size_t k = 0; k < flow->rest.n; k++) {
        ho_cohort c = flow->rest.item[k], settled = c;
        if (!(c.flags & HO_COHORT_SETTLED) && chance[c.at] > 0)
            settled.people = ho_split_off(&flow->rng[c.at], c.people, chance[c.at]);
        else
            settled.people = 0;
        c.people -= settled.people;
        settled.flags = HO_COHORT_SETTLED;
        settled.route = 0;
        settled.recent = 0;
        if ((c.people && !ho_cohorts_add(&flow->spare, &c)) || (settled.people && !ho_cohorts_add(&flow->spare, &settled)))
            return no_memory(err);
    }
    swap(&flow->rest, &flow->spare);
    return HO_OK;
}

int64_t ho_flow_people(const ho_flow *flow) {
    return ho_cohorts_people(&flow->rest) + ho_cohorts_people(&flow->road);
}

int64_t ho_flow_on_road(const ho_flow *flow) {
    return ho_cohorts_people(&flow->road);
}
