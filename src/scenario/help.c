/* What each key of scenario.yml means: one sentence with its unit, by path. Shown by editors (schema.c).
 * Method: one table; a list's or map's entries share the path of their section.
 * Invariant: every path is a key of the tables of fields (tests/unit/test_schema.c). */
#include <string.h>

#include "scenario/field.h"

static const struct {
    const char *path, *help;
} HELP[] = {
    {"format", "Version of this format."},
    {"name", "Id of the scenario; a run goes to runs/NAME."},
    {"title", "What the scenario is, for headings."},
    {"from", "First day simulated."},
    {"until", "Last day simulated, at most ten years after the first."},
    {"seed", "Seed of the random numbers, 0 to 4294967295, used unless --seed."},
    {"replicates", "How many replicates a run has, used unless -n."},
    {"national_capital", "P-code of the district that is the national capital."},
    {"notes", "Free text."},

    {"holdout", "Whose stand is reported, and where."},
    {"holdout.faction", "Id of the faction that may hold out."},
    {"holdout.seat", "P-code of the district it holds out in."},

    {"blocs", "The sides, hostile to each other."},
    {"blocs.id", "Id by which other entries name the bloc."},
    {"blocs.name", "Name for headings."},
    {"blocs.color", "Color on maps and in charts, #rrggbb."},

    {"groups", "Communities; groups.csv has their shares by province."},
    {"groups.id", "Id by which other entries name the group."},
    {"groups.name", "Name for headings."},

    {"garrison_kinds", "What a row of garrisons.csv is made of."},
    {"garrison_kinds.id", "Id by which garrisons.csv names the kind."},
    {"garrison_kinds.name", "Name for headings."},
    {"garrison_kinds.worth", "Fighting worth per person present; an army soldier is 1."},
    {"garrison_kinds.ghost", "National share of the paper strength that is not there, 0 to 1; a draw per replicate."},
    {"garrison_kinds.arrears_days", "Unpaid days on day 0, per garrison [day]."},
    {"garrison_kinds.supply_days", "Days of stock on day 0, per garrison [day]."},
    {"garrison_kinds.reserve", "true: a mobile reserve, not tied to its district."},
    {"garrison_kinds.known_on", "Day from which a forecast may use this entry."},
    {"garrison_kinds.source", "Where the numbers come from."},

    {"factions", "Who has armed people, and on whose side."},
    {"factions.id", "Id by which other entries name the faction."},
    {"factions.name", "Name for headings."},
    {"factions.bloc", "Id of the bloc it belongs to."},
    {"factions.role", "What it is: the state, an insurgent, a militia or a resistance."},
    {"factions.base", "P-codes of the provinces it calls home."},
    {"factions.arrival", "Day from which it is there; from the start if not given."},
    {"factions.strength", "Total present [persons]; its garrisons are scaled to it, without ghosts."},
    {"factions.stock_days", "Extra supply in its base districts [day]."},
    {"factions.aircraft", "Its own aircraft."},
    {"factions.aircraft.count", "Number of aircraft."},
    {"factions.aircraft.sorties_per_day", "Sorties of a ready aircraft [1/day]."},
    {"factions.aircraft.readiness", "Share of the aircraft that can fly while they are maintained, 0 to 1."},
    {"factions.aircraft.readiness_without_maintenance", "The same once nobody maintains them, 0 to 1."},
    {"factions.affinity", "How a group leans to it, by group id, -1 (against) to 1 (for); 0 where absent."},
    {"factions.cap", "Most fighters it can have [persons]."},
    {"factions.vehicles", "Armoured vehicles, spread over its garrisons [vehicles]."},
    {"factions.bombings_per_month", "Attacks on crowds from hiding [1/month]."},
    {"factions.finance", "What it earns, has and spends."},
    {"factions.finance.upkeep_usd_day", "Upkeep of a fighter on the books [USD/day]."},
    {"factions.finance.tax_usd_day", "Taxes if it governed everybody [USD/day]."},
    {"factions.finance.commodity_usd_day", "Income from a commodity if it governed everybody, in its best month [USD/day]."},
    {"factions.finance.commodity_season", "Share of that income in January, February, ... December, 0 to 1."},
    {"factions.finance.cash_usd", "Cash on day 0 [USD]."},
    {"factions.finance.reserves_usd", "The state's reserves on day 0 [USD]."},
    {"factions.finance.reserves_abroad", "Share of the reserves that lies abroad, 0 to 1."},
    {"factions.finance.services_usd_day", "Civil wage bill of whoever holds the national capital [USD/day]."},
    {"factions.policies", "How it rules, from a day on."},
    {"factions.policies.from", "First day of the policy."},
    {"factions.policies.restrictions", "How far it restricts daily life, 0 to 1."},
    {"factions.policies.reprisals", "How far it takes revenge, 0 to 1."},
    {"factions.policies.inclusion", "How far it takes others in, 0 to 1."},
    {"factions.policies.known_on", "Day from which a forecast may use this entry."},
    {"factions.policies.source", "Where the numbers come from."},
    {"factions.known_on", "Day from which a forecast may use this entry."},
    {"factions.source", "Where the numbers come from."},

    {"rivalries", "How far two factions of a bloc are rivals."},
    {"rivalries.between", "Ids of the two factions."},
    {"rivalries.value", "0: none, 1: bitter."},
    {"rivalries.known_on", "Day from which a forecast may use this entry."},
    {"rivalries.source", "Where the number comes from."},

    {"successors", "Who claims to lead a state whose head is gone; rows of one state are versions."},
    {"successors.of", "Id of the state."},
    {"successors.faction", "Id of the faction that stands behind him, of the same bloc."},
    {"successors.seat", "P-code of the district where he sits: he claims while the bloc holds it."},
    {"successors.known_on", "Day from which a forecast may use this entry."},
    {"successors.source", "Where it comes from."},

    {"patrons", "Who pays, flies, repairs or shelters from outside."},
    {"patrons.id", "Id of the patron."},
    {"patrons.name", "Name for headings."},
    {"patrons.neighbour", "Crossings to this neighbour are its border."},
    {"patrons.border", "Who may cross into its country, from a day on."},
    {"patrons.border.from", "First day of the posture."},
    {"patrons.border.people", "open, limited or closed to people who flee."},
    {"patrons.border.soldiers", "open, limited or closed to soldiers who flee."},
    {"patrons.border.armed", "open, limited or closed to armed people."},
    {"patrons.border.quota_per_day", "People let through in a day where the border is limited [persons/day]."},
    {"patrons.border.known_on", "Day from which a forecast may use this entry."},
    {"patrons.border.source", "Where the posture comes from."},
    {"patrons.tolerated", "Arrivals in 14 days above which it tightens its border [persons]; never if not given."},
    {"patrons.guaranteed", "true: a third power sees to it that nobody armed crosses."},
    {"patrons.recognition", "Chance a month that it recognises whoever has won, 0 to 1."},
    {"patrons.air_on_call", "Sorties it may add when the capital is near the front [1/day]."},
    {"patrons.air_on_call_chance", "Chance that it does, 0 to 1; 0.5 if not given."},
    {"patrons.leverage", "How far it presses its clients to settle, 0 to 1."},
    {"patrons.aid_to_resistance", "Chance a month that it helps a resistance once its people are out, 0 to 1."},
    {"patrons.flows", "What it gives, to whom and when."},
    {"patrons.flows.to", "Id of the faction that gets it."},
    {"patrons.flows.kind", "cash, sorties, maintenance or sanctuary."},
    {"patrons.flows.value", "cash in USD/day (negative: withheld or taken), sorties per day, maintenance and sanctuary as a share 0 to 1."},
    {"patrons.flows.from", "First day of the flow; open if not given."},
    {"patrons.flows.until", "Last day of the flow; open if not given."},
    {"patrons.flows.known_on", "Day from which a forecast may use this entry."},
    {"patrons.flows.source", "Where the number comes from."},

    {"calendar", "Dated inputs; rows of one id are versions of one entry, the latest known one holds."},
    {"calendar.id", "Id of the entry."},
    {"calendar.kind", "What happens that day; docs/scenario.md says what each kind does."},
    {"calendar.date", "The day, or the first day of what lasts."},
    {"calendar.until", "Last day of what lasts (lull, drive, evacuation)."},
    {"calendar.value", "By kind: share gone (withdrawal) or still there (contractors), factor of engagements (lull), scale of a shock, a chance."},
    {"calendar.bloc", "Id of the bloc it is about; a lull and a call need none."},
    {"calendar.faction", "Id of the faction whose leader calls."},
    {"calendar.known_on", "Day from which a forecast may use this entry."},
    {"calendar.source", "Where the date and the value come from."},

    {"endings", "When a replicate has ended, and how."},
    {"endings.victory_people", "Share of the people under a challenger that holds the national capital, 0 to 1."},
    {"endings.fragment_people", "Share of the people that makes a ruler count, 0 to 1."},
    {"endings.stalemate_people", "Share of the people that both sides keep, 0 to 0.5."},
    {"endings.recovery_districts", "More districts lost than on day 0 and still a recovery [districts]."},

    {"season", "How weather slows fighting, by terrain."},
    {"season.terrain", "Terrain of districts.csv that the row is about."},
    {"season.factor", "Factor of engagements in January, February, ... December; 1 changes nothing."},
    {"season.known_on", "Day from which a forecast may use this entry."},
    {"season.source", "Where the factors come from."},

    {"passes", "Roads over passes that close for months."},
    {"passes.name", "Name of the pass."},
    {"passes.edges", "Pairs of p-codes of edges.csv that it is on."},
    {"passes.closed_months", "Months in which it is closed, 1 to 12."},
    {"passes.known_on", "Day from which a forecast may use this entry."},
    {"passes.source", "Where the months come from."},

    {"crossings", "Border crossings whose customs pay whoever holds them."},
    {"crossings.id", "Id of the crossing."},
    {"crossings.name", "Name for headings."},
    {"crossings.district", "P-code of the district it is in."},
    {"crossings.neighbour", "Name of the country across."},
    {"crossings.friendly_to", "Id of the bloc whose supplies may come through while it holds the district."},
    {"crossings.customs_usd_per_month", "Customs taken there, median [USD/month]."},
    {"crossings.customs_sd_log", "Uncertainty of the customs: sd of their logarithm."},
    {"crossings.known_on", "Day from which a forecast may use this entry."},
    {"crossings.source", "Where the numbers come from."},

    {"initial_totals", "What was known of day 0; the start of each replicate is drawn towards it."},
    {"initial_totals.bloc", "Id of the bloc."},
    {"initial_totals.quantity", "Number of district centres held, districts controlled, or districts contested."},
    {"initial_totals.value", "The number reported [districts]."},
    {"initial_totals.denominator", "Of how many districts."},
    {"initial_totals.sd", "Uncertainty of the value [districts]."},
    {"initial_totals.date", "Day it is about."},
    {"initial_totals.known_on", "Day from which a forecast may use this entry."},
    {"initial_totals.source", "Who reported it."},

    {"parameters", "Priors in place of the model's own; `holdout list parameters` has the names, units and meanings."},
    {"parameters.prior", "Distribution of the parameter over replicates."},
    {"parameters.prior_before", "The prior used when known_on is after --known-by; needed if known_on is after `from`."},
    {"parameters.known_on", "Day from which a forecast may use the prior; always if not given."},
    {"parameters.source", "Where the prior comes from."},
};

enum { N_HELP = sizeof HELP / sizeof HELP[0] };

const char *ho_help_find(const char *path) {
    for (size_t k = 0; k < N_HELP; k++)
        if (strcmp(HELP[k].path, path) == 0)
            return HELP[k].help;
    return NULL;
}

const char *ho_help_path(size_t k) {
    return k < N_HELP ? HELP[k].path : NULL;
}
