/* Names of the random processes: which draw belongs to whom. The number is part of the bit stream, so new processes are
 * added at the end and none is ever renumbered. */
#ifndef HO_PROCESS_H
#define HO_PROCESS_H

typedef enum ho_process {
    HO_PROC_PARAMETER = 1, /* a parameter from its prior; entity = parameter */
    HO_PROC_TOTALS,        /* initial totals; entity = row */
    HO_PROC_STATUS,        /* initial holder and countryside; entity = district */
    HO_PROC_GARRISON,      /* initial garrison: ghosts, arrears, stock; entity = garrison */
    HO_PROC_COMMANDER,     /* threshold; entity = district */
    HO_PROC_CALENDAR,      /* size of dated shocks; entity = entry */
    HO_PROC_FLOW,          /* size of patron flows; entity = flow */
    HO_PROC_DESERTION,
    HO_PROC_CONTACT,
    HO_PROC_DECISION, /* surrender, disbanding, start of an engagement: competing causes; entity = district */
    HO_PROC_SENIOR,   /* whether a senior surrender carries a subordinate */
    HO_PROC_BATTLE,   /* length, losses, outcome; entity = district */
    HO_PROC_AIR,
    HO_PROC_MOVEMENT,
    HO_PROC_REGIME,
    HO_PROC_RESTRAINT,
    HO_PROC_RESERVE,
    HO_PROC_PROBE, /* the extra fall of the reproduction number */
    HO_PROC_TEST,  /* unit tests */
    HO_PROC_FINANCE,      /* incomes of day 0; entity = faction or crossing */
    HO_PROC_PAYROLL,      /* leaks by garrison; entity = district */
    HO_PROC_MOBILISATION, /* recruits; entity = faction or district */
    HO_PROC_ALIGNMENT,    /* choices of leaders, who follows; entity = faction or bloc */
    HO_PROC_ALLIES,       /* whether allies defend together; entity = district */
    HO_PROC_PATRON,       /* recognition, borders, aircraft on call; entity = patron or neighbour */
    HO_PROC_TALKS,        /* meetings; entity = pair of blocs */
    HO_PROC_TRUCE,        /* local ceasefires; entity = district */
    HO_PROC_CLAIMS,
    HO_PROC_CIVILIANS,    /* casualties; entity = district */
    HO_PROC_FLIGHT,       /* people who leave; entity = district */
    HO_PROC_ROUTE,        /* where they go; entity = district */
    HO_PROC_BORDER,       /* who gets across; entity = crossing */
    HO_PROC_RETURN,       /* people who come home; entity = province pair */
    HO_PROC_SEATS,        /* evacuation by air */
    HO_PROC_REVOLT,       /* local revolts; entity = district */
    HO_PROC_RESISTANCE,   /* raids, roads cut, veterans; entity = district or bloc */
    HO_PROC_MATERIEL,     /* vehicles and aircraft; entity = district or faction */
    HO_PROC_BOMBING,      /* attacks on crowds; entity = faction */
    HO_PROC_BASELINE,     /* draws of baselines; step = target, entity = baseline */
    HO_PROC_BOOTSTRAP,    /* which cases a difference of scores is made of; step = target, entity = forecaster and measure */
    HO_PROC_CALIBRATE,    /* designs and proposals; replicate = generation, entity = particle or path */
    HO_PROC_SENSITIVITY,  /* scores of parameters and bootstraps; replicate = row or bootstrap, step = matrix, entity = parameter */
    HO_PROC_FLOW_LEAVE,   /* who leaves and where to; step = day, entity = place */
    HO_PROC_FLOW_TRAVEL,  /* who goes on the same day; step = day, entity = place */
    HO_PROC_FLOW_SETTLE,  /* who stays for good; step = day, entity = place */
    HO_PROC_FLOW_SPAWN,   /* who is displaced, and of which type; step = day, entity = 0, or place + 1 */
    HO_PROC_FLOW_ERROR    /* what records differ by from a run; replicate = member of a forecast, or bootstrap with step = case */
} ho_process;

#endif
