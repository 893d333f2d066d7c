/* alignment: who stands with whom. A militia's leader weighs what he would keep by staying, by standing alone, by
 * switching and by fleeing. His leanings are drawn once, given that he stood with his bloc when first looked at, so
 * that looking oftener changes nothing and nobody leaves while nothing has changed. Fighters may go over under a leader
 * who stays; rivals help each other less. The head of a state and his successor are in succession.c. */
#include "mechanisms/holder.h"
#include "mechanisms/succession.h"

const ho_mechanism_info ho_alignment_info = {
    .name = "alignment",
    .does = "Militias stay, stand alone, switch or flee by what each would leave them; fighters go over on their own; "
            "rivals defend together less often; the head of a state flees a capital that is half cut off, and a named "
            "successor claims his place.",
    .equation = "U = lambda V + leaning, the largest wins; V: stay P; alone A (1 - (1 - P)(1 - A)) - c_a; switch (1 - "
                "P) A max(0, 1 - max(0, -kin)(1 + repression)) - c_s + k kin; flee life (1 - P)(1 - A) - c_f; P = "
                "belief of its commanders, A = own/(own + enemy), kin = affinity to the other side + change of the "
                "attitude to it; leanings Gumbel, given that it stayed at first; fighters go over at r (max(0, kin) + "
                "gone)(1 - 2 belief) where belief < 0.5; cooperation = s(c0 - c1 rivalry + c2 threat), 0 alone; "
                "knowledge = 1 + k gone; a head of state leaves at h s((theta - belief)/0.07); once he or his capital is gone "
                "the successor claims while his bloc holds his seat: garrisons with a road there over its ground follow "
                "with a drawn chance, keep a share of the shock out and outlive the regime; recruits, soldiers and "
                "patrons come 1 + pull times as often to his faction",
    .source = "additions C20, F6, F13, F29; Christia 2012 (relative power first, identity second); McFadden 1974 "
              "(logit choice)",
    .reads = "belief_logit, holder, fighters, worth, strength, enemy, enemy_bloc, taken_day, n_enemy_near, "
             "leader_threshold, centres, persons, regime_clock, settled, weapons, initial, recruited, attitude_here, "
             "attitude_start, repression, n_change_of",
    .writes = "stance, leader_fled, leaning, n_look, switched_out, switched_in, fighters, deserted, residents, holder, "
              "vehicles_captured, weapons, weapons_gone, weapons_captured, arms, knowledge, cooperation, leader_gone, "
              "leader_shift, successor_claims, loyal",
    .off = "militias stay whatever happens, allies always help each other and no head of state flees: militia centres "
           "and the state hold out longer",
};

enum { LOOK_EVERY = 7 };                 /* [d] between looks of a leader, factions in turn */
static const double NO_CHANCE = -1e6;    /* value of what cannot be chosen */
static const uint32_t LEANING = 0x40000000u, BY_DISTRICT = 0x04000000u; /* entity bits */
enum { FACTION_SHIFT = 20 }; /* above the district in an entity */
_Static_assert(HO_DISTRICT_MAX <= 1 << FACTION_SHIFT && HO_FACTION_MAX <= 64, "faction and district share a word");

/* What the leader sees where his base is and his fighters are. */
typedef struct prospect {
    double belief; /* P: of the commanders of his bloc there, pooled in logits; of all of them if there is none */
    double own;    /* [persons x worth] his */
    double enemy;  /* [persons x worth] that the bloc he faces most can bring */
    double kin;    /* -1..1, what the people there make of that bloc today */
    double shared; /* 0..1 of a winner's share that is left to a newcomer whose people that bloc persecutes */
    int32_t other; /* that bloc, -1: nobody else */
} prospect;

static double belief_of(const ho_world *world, const ho_state *state, int32_t bloc) {
    double logit = 0, n = 0;
    for (size_t i = 0; i < world->n_district; i++)
        if (ho_holder_bloc(world, state, i) == bloc) {
            logit += state->belief_logit[i];
            n++;
        }
    return n > 0 ? ho_logistic(logit / n) : 0;
}

/* The bloc faced most, or the one that holds most if nobody is near. */
static int32_t opponent(const ho_world *world, const ho_state *state, int32_t own, const double *faced) {
    int32_t best = -1;
    for (size_t b = 0; b < world->n_bloc; b++) {
        if ((int32_t)b == own || world->bloc_main[b] < 0)
            continue;
        if (best < 0 || faced[b] > faced[best] || (faced[b] == faced[best] && state->centres[b] > state->centres[best]))
            best = (int32_t)b;
    }
    return best;
}

/* Fighters a district of the bloc, were they spread evenly: who faces nobody today would face these alone. */
static double average_force(const ho_world *world, const ho_state *state, int32_t bloc) {
    double sum = 0;
    for (size_t f = 0; f < world->n_faction; f++)
        if (world->faction_bloc[f] == bloc)
            sum += (double)ho_under_arms(state, f);
    return sum / (double)world->n_district;
}

/* What the people of i make of a bloc: where they started from, which is their kinship to its main faction, and what they
 * have seen of it since. */
static double kin_today(const ho_world *world, const ho_state *state, size_t bloc, size_t i) {
    const size_t here = bloc * world->n_province + (size_t)world->province[i];
    double seen = state->attitude_here[here] - state->attitude_start[here];
    return ho_clip(world->affinity[(size_t)world->bloc_main[bloc] * world->n_district + i] + seen, -1, 1);
}

static prospect look(const ho_world *world, const ho_state *state, size_t f) {
    const size_t n = world->n_district;
    const int32_t b = world->faction_bloc[f];
    const int32_t *fighters = &state->fighters[f * n];
    double faced[HO_BLOC_MAX] = {0}, kin[HO_BLOC_MAX] = {0}, logit = 0, n_held = 0, n_ground = 0;
    prospect p = {0, 0, 0, 0, 1, -1};
    for (size_t i = 0; i < n; i++) {
        if (!world->base[f * n + i] && !fighters[i])
            continue;
        n_ground++;
        p.own += ho_force(world, state, f, f * n + i);
        int32_t holder = ho_holder_bloc(world, state, i);
        if (holder != b)
            faced[holder] += state->strength[(size_t)holder * n + i];
        else if (state->enemy_bloc[i] >= 0)
            faced[state->enemy_bloc[i]] += state->enemy[i];
        for (size_t other = 0; other < world->n_bloc; other++)
            kin[other] += world->bloc_main[other] < 0 ? 0 : kin_today(world, state, other, i);
        if (holder == b) {
            n_held++;
            logit += state->belief_logit[i];
        }
    }
    p.belief = n_held > 0 ? ho_logistic(logit / n_held) : belief_of(world, state, b);
    p.other = opponent(world, state, b, faced);
    if (p.other < 0)
        return p;
    p.enemy = ho_max(faced[p.other], n_ground * average_force(world, state, p.other));
    p.kin = n_ground > 0 ? kin[p.other] / n_ground : 0;
    p.shared = ho_max(0, 1 - ho_max(0, -p.kin) * (1 + state->repression[p.other]));
    return p;
}

/* What each choice is worth to him, times lambda. 1: he keeps what he has, 0: he loses it. Staying keeps it if his side
 * wins. Alone he must hold out, and again with the other side's freed forces against him should it win. A winner shares
 * with a newcomer by relative power, and the less the more it is set against his people: who persecutes them has no
 * use for their leader. Abroad he keeps his life, which counts as far as all else is lost. */
static void values(const double *p, const prospect *at, double value[HO_N_STANCE]) {
    double power = at->own > 0 ? at->own / (at->own + at->enemy) : 0;
    double lambda = p[HO_P_ALIGN_SHARP], lost = 1 - at->belief;
    double alone = power * (1 - lost * (1 - power));
    value[HO_STANCE_STAYS] = lambda * at->belief;
    value[HO_STANCE_ALONE] = lambda * (alone - p[HO_P_COST_ALONE]);
    value[HO_STANCE_SWITCHED] =
        at->other < 0 ? NO_CHANCE
                      : lambda * (lost * power * at->shared - p[HO_P_COST_SWITCH] + p[HO_P_KIN_SWITCH] * at->kin);
    value[HO_STANCE_FLED] = lambda * (p[HO_P_LIFE] * lost * (1 - power) - p[HO_P_COST_FLEE]);
}

/* Leanings of a leader who stays at these values: standard Gumbels, given that staying is best. The best value is a
 * Gumbel at the log of the sum of exponentials, the others are Gumbels cut off there. */
static void draw_leanings(ho_state *state, const ho_streams *streams, size_t f, const double value[HO_N_STANCE]) {
    double *leaning = &state->leaning[f * HO_N_STANCE], sum = 0, stays = value[HO_STANCE_STAYS];
    uint32_t word[4];
    ho_block(streams, 0, HO_PROC_ALIGNMENT, LEANING | (uint32_t)f, 0, word);
    for (size_t k = 0; k < HO_N_STANCE; k++)
        sum += ho_exp(ho_min(50, value[k] - stays));
    double best = stays + ho_log(sum) - ho_log(-ho_log(ho_unit(word[HO_STANCE_STAYS])));
    for (size_t k = 0; k < HO_N_STANCE; k++)
        leaning[k] = -ho_log(ho_exp(ho_min(500, value[k] - best)) - ho_log(ho_unit(word[k])));
    leaning[HO_STANCE_STAYS] = best - stays;
}

static ho_stance choose(const ho_state *state, size_t f, const double value[HO_N_STANCE]) {
    const double *leaning = &state->leaning[f * HO_N_STANCE];
    int best = HO_STANCE_STAYS;
    for (int k = 0; k < HO_N_STANCE; k++)
        if (value[k] + leaning[k] > value[best] + leaning[best])
            best = k;
    return (ho_stance)best;
}

/* n fighters of f in i go over to faction g, in j. */
static void hand(const ho_world *world, ho_state *state, size_t f, size_t i, size_t g, size_t j, int32_t n) {
    const size_t at = f * world->n_district + i;
    if (n <= 0)
        return;
    state->fighters[at] -= n;
    state->switched_out[f] += n;
    state->switched_in[g] += n;
    ho_join(world, state, g, j, n, state->worth[at]);
}

/* The leader goes over: who follows him does so where he stands, the others go home, his centres are handed over. */
static void go_over(const ho_world *world, ho_state *state, const ho_streams *streams, size_t f, int32_t other) {
    const size_t n = world->n_district;
    ho_dissolve_reserve(world, state, (int32_t)f);
    for (size_t i = 0; i < n; i++) {
        int32_t *here = &state->fighters[f * n + i];
        if (*here > 0) {
            ho_materiel_follow(world, state, f, i, other, state->p[HO_P_FOLLOW]);
            hand(world, state, f, i, (size_t)world->bloc_main[other], i,
                 (int32_t)(state->p[HO_P_FOLLOW] * *here + 0.5));
            ho_go_home(state, i, *here, &state->deserted[f]);
            *here = 0;
            ho_state_refresh_strength(world, state, i);
        }
        if (state->holder[i] == (int32_t)f)
            ho_take(world, state, streams, i, other, HO_MODE_NEGOTIATED);
    }
}

/* The leader leaves the country; a share of his fighters goes home, the others stay under their bloc. */
static void flee(const ho_world *world, ho_state *state, size_t f) {
    state->leader_fled[f] = 1;
    for (size_t i = 0; i < world->n_district; i++) {
        int32_t *here = &state->fighters[f * world->n_district + i];
        int32_t leave = (int32_t)(state->p[HO_P_FOLLOW] * *here + 0.5);
        if (leave == 0)
            continue;
        *here -= leave;
        ho_go_home(state, i, leave, &state->deserted[f]);
        ho_state_refresh_strength(world, state, i);
    }
}

static void decide(const ho_world *world, ho_state *state, const ho_streams *streams, size_t f) {
    double value[HO_N_STANCE];
    prospect at = look(world, state, f);
    values(state->p, &at, value);
    if (state->n_look[f]++ == 0)
        draw_leanings(state, streams, f, value);
    ho_stance stance = choose(state, f, value);
    state->stance[f] = (int32_t)stance;
    if (stance == HO_STANCE_SWITCHED)
        go_over(world, state, streams, f, at.other);
    else if (stance == HO_STANCE_FLED)
        flee(world, state, f);
}

/* Whether the seat of a province of its base was lost since yesterday. */
static bool lost_a_seat(const ho_world *world, const ho_state *state, size_t f) {
    const ho_faction_row *row = &world->scenario->faction[f];
    for (size_t k = 0; k < row->n_base; k++) {
        int32_t seat = world->scenario->province[row->base_province[k]].capital;
        if (seat >= 0 && state->taken_day[seat] >= state->time_day - 1 &&
            ho_holder_bloc(world, state, (size_t)seat) != world->faction_bloc[f])
            return true;
    }
    return false;
}

/* Share of everybody who ever served the faction that has gone over. */
static double gone_over(const ho_state *state, size_t f) {
    double all = (double)(state->initial[f] + state->recruited[f] + state->switched_in[f]);
    return all > 0 ? (double)state->switched_out[f] / all : 0;
}

/* Where fighters of i who go over to the bloc join it: there if it is present, or with its strongest garrison next
 * door.
 */
static size_t meeting_place(const ho_world *world, const ho_state *state, int32_t bloc, size_t i) {
    const size_t n = world->n_district;
    size_t best = i;
    double most = 0;
    if (ho_persons(world, state, bloc, i) > 0)
        return i;
    for (int32_t k = world->link_first[i]; k < world->link_first[i + 1]; k++) {
        size_t j = (size_t)world->link_to[k];
        double there = state->strength[(size_t)bloc * n + j];
        if (ho_holder_bloc(world, state, j) == bloc && there > most) {
            most = there;
            best = j;
        }
    }
    return best;
}

/* Binomial; the inversion is spared below the chance of none, which is at least 1 - n p (Bernoulli's inequality). */
static int32_t leave_of(ho_rng *rng, int32_t n, double chance) {
    if (n * chance >= HO_INVERSION_MEAN)
        return (int32_t)ho_binomial(rng, n, chance);
    double u = ho_rng_unit(rng);
    return u < 1 - n * chance ? 0 : (int32_t)ho_binomial_from(u, n, chance);
}

/* Fighters of a leader who has not gone over leave him for kin on the other side, more once others did. */
static void lose_fighters(const ho_world *world, ho_state *state, const ho_streams *streams, size_t f) {
    const size_t n = world->n_district;
    const double gone = gone_over(state, f);
    for (size_t i = 0; i < n; i++) {
        int32_t here = state->fighters[f * n + i], other = state->enemy_bloc[i];
        if (here == 0 || other < 0 || state->belief_logit[i] >= 0 ||
            ho_holder_bloc(world, state, i) != world->faction_bloc[f])
            continue;
        size_t g = (size_t)world->bloc_main[other];
        double kin = ho_max(0, world->affinity[g * n + i]) + gone;
        if (kin <= 0)
            continue;
        double hazard = state->p[HO_P_SWITCH_RATE] * kin * (1 - 2 * ho_logistic(state->belief_logit[i]));
        double chance = ho_one_minus_exp(hazard * LOOK_EVERY);
        ho_rng rng = ho_rng_at(streams, (uint32_t)state->step, HO_PROC_ALIGNMENT,
                               BY_DISTRICT | (uint32_t)f << FACTION_SHIFT | (uint32_t)i);
        int32_t leave = leave_of(&rng, here, chance);
        if (leave == 0)
            continue;
        size_t j = meeting_place(world, state, other, i);
        double all = (double)ho_persons(world, state, world->faction_bloc[f], i);
        ho_materiel_defect(world, state, i, other, leave / all);
        ho_materiel_follow(world, state, f, i, other, (double)leave / here);
        hand(world, state, f, i, g, j, leave);
        ho_state_refresh_strength(world, state, i);
        if (j != i)
            ho_state_refresh_strength(world, state, j);
    }
}

/* Who went over knows the ground at home, as long as his old side holds it. */
static void spread_knowledge(const ho_world *world, ho_state *state, size_t f) {
    double gain = 1 + state->p[HO_P_KNOWLEDGE] * gone_over(state, f);
    for (size_t i = ho_next_of_base(world, f, 0); i < world->n_district; i = ho_next_of_base(world, f, i + 1))
        state->knowledge[i] =
            ho_holder_bloc(world, state, i) == world->faction_bloc[f] ? ho_max(state->knowledge[i], gain) : 1;
}

static void weigh_allies(const ho_world *world, ho_state *state, size_t f) {
    double rivalry = 0;
    bool allied = false;
    for (size_t g = 0; g < world->n_faction; g++) {
        if (g == f || world->faction_bloc[g] != world->faction_bloc[f] || state->stance[g] == HO_STANCE_SWITCHED ||
            world->faction_arrival[g] > state->day || ho_under_arms(state, g) <= 0)
            continue;
        allied = true;
        rivalry = ho_max(rivalry, world->rivalry[f * world->n_faction + g]);
    }
    if (!allied)
        return;
    state->cooperation[f] = state->stance[f] == HO_STANCE_ALONE
                                ? 0
                                : ho_logistic(state->p[HO_P_COOP] - state->p[HO_P_COOP_RIVALRY] * rivalry +
                                              state->p[HO_P_COOP_THREAT] * ho_threat(world, state, f));
}

static bool may_choose(const ho_world *world, const ho_state *state, size_t f) {
    return world->faction_role[f] == HO_ROLE_MILITIA && (int32_t)f != world->bloc_main[world->faction_bloc[f]] &&
           (state->stance[f] == HO_STANCE_STAYS || state->stance[f] == HO_STANCE_ALONE);
}

static void watch_faction(const ho_world *world, ho_state *state, const ho_streams *streams, size_t f) {
    bool turn = state->day % LOOK_EVERY == (int32_t)(f % LOOK_EVERY), chooses = may_choose(world, state, f);
    if (world->faction_arrival[f] > state->day)
        return;
    if (chooses && (turn || lost_a_seat(world, state, f)))
        decide(world, state, streams, f);
    if (!turn)
        return;
    if (chooses && may_choose(world, state, f))
        lose_fighters(world, state, streams, f);
    if (state->switched_out[f] > 0 && world->faction_role[f] == HO_ROLE_MILITIA) /* a state's went to its own side */
        spread_knowledge(world, state, f);
    weigh_allies(world, state, f);
}

void ho_alignment_step(const ho_world *world, ho_state *state, const ho_streams *streams) {
    if (state->settled[0])
        return;
    ho_watch_head(world, state, streams);
    if (state->step % world->n_step_per_day != 0)
        return;
    for (size_t f = 0; f < world->n_faction; f++)
        watch_faction(world, state, streams, f);
}
