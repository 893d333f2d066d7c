/* A small good scenario as text, for tests to write into a folder, whole or with one line changed. */
#ifndef HO_TEST_SCENARIO_BASE_H
#define HO_TEST_SCENARIO_BASE_H

typedef struct base_file {
    const char *name, *text;
} base_file;

static const base_file BASE[] = {
    {"scenario.yml",
     "format: 1\n"
     "name: small\n"
     "title: Three districts\n"
     "from: 2021-05-01\n"
     "until: 2021-06-30\n"
     "seed: 7\n"
     "replicates: 10\n"
     "national_capital: A1\n"
     "holdout: {faction: valley, seat: B1}\n"
     "\n"
     "blocs:\n"
     "  - {id: state, name: State, color: \"#2c6fbb\"}\n"
     "  - {id: rebels, name: Rebels, color: \"#b5523b\"}\n"
     "\n"
     "groups:\n"
     "  - {id: north, name: North}\n"
     "  - {id: south, name: South}\n"
     "\n"
     "garrison_kinds:\n"
     "  - id: army\n"
     "    name: Army\n"
     "    worth: 1.0\n"
     "    ghost: {beta: [5.5, 4.5]}\n"
     "    arrears_days: {lognormal: [15, 0.8]}\n"
     "    supply_days: {lognormal: [20, 0.5]}\n"
     "    reserve: false\n"
     "    known_on: 2021-04-30\n"
     "    source: \"test\"\n"
     "\n"
     "factions:\n"
     "  - id: government\n"
     "    name: Government\n"
     "    bloc: state\n"
     "    role: state\n"
     "    base: [P1]\n"
     "    strength: {lognormal: [750, 0.2]}\n"
     "    stock_days: 3\n"
     "    aircraft: {count: 7, sorties_per_day: 0.4, readiness: 0.77, readiness_without_maintenance: 0.3}\n"
     "    affinity: {north: 0.2, south: -0.5}\n"
     "    known_on: 2021-04-30\n"
     "    source: \"test\"\n"
     "  - id: valley\n"
     "    name: Valley\n"
     "    bloc: state\n"
     "    role: resistance\n"
     "    arrival: 2021-05-10\n"
     "    known_on: 2021-04-30\n"
     "    source: \"test\"\n"
     "  - id: insurgents\n"
     "    name: Insurgents\n"
     "    bloc: rebels\n"
     "    role: insurgent\n"
     "    known_on: 2021-04-30\n"
     "    source: \"test\"\n"
     "\n"
     "patrons:\n"
     "  - id: friend\n"
     "    name: Friend\n"
     "    flows:\n"
     "      - {to: government, kind: cash, value: 10.0e6, from: 2021-05-01, until: 2021-08-15, known_on: 2021-04-14, source: \"test\"}\n"
     "\n"
     "calendar:\n"
     "  - {id: withdrawal-90, kind: withdrawal, date: 2021-06-06, value: 0.9, bloc: state, known_on: 2021-06-06, source: \"test\"}\n"
     "  - {id: eid, kind: lull, date: 2021-05-13, until: 2021-05-15, value: 0.3, known_on: 2021-05-10, source: \"test\"}\n"
     "\n"
     "season:\n"
     "  - {terrain: mountain, factor: [0.3, 0.3, 0.5, 0.8, 1, 1, 1, 1, 1, 0.9, 0.6, 0.4], known_on: 2020-12-31, source: \"test\"}\n"
     "\n"
     "passes:\n"
     "  - {name: High, edges: [[A2, B1]], closed_months: [1, 2], known_on: 2020-12-31, source: \"test\"}\n"
     "\n"
     "crossings:\n"
     "  - {id: gate, name: Gate, district: A2, neighbour: Abroad, friendly_to: state, customs_usd_per_month: 8.0e6, customs_sd_log: 0.5, known_on: 2021-04-30, source: \"test\"}\n"
     "\n"
     "initial_totals:\n"
     "  - {bloc: rebels, quantity: controlled, value: 1, denominator: 3, sd: 0.5, date: 2021-05-01, known_on: 2021-06-29, source: \"test\"}\n"
     "\n"
     "parameters:\n"
     "  contact_rate:\n"
     "    prior: {lognormal: [0.02, 0.7]}\n"
     "    known_on: 2020-12-31\n"
     "    source: \"test\"\n"
     "\n"
     "notes: \"made for tests\"\n"},
    {"districts.csv",
     "pcode,name,province,province_pcode,region,lon,lat,area_km2,population,urban_population,elevation_m,relief_m,terrain,is_capital,airfield,on_road,prior_status,reach\n"
     "A1,First,North,P1,Up,69.1,34.5,350.2,1000,500,1800,100,plain,1,1,1,government,0.9\n"
     "A2,Second,North,P1,Up,69.3,34.6,361.6,2000,,2600,300,mountain,0,0,1,contested,\n"
     "B1,Third,South,P2,Down,69.5,34.2,200,300,0,1500,50,gorge,1,0,0,,0.2\n"},
    {"edges.csv",
     "a,b,distance_km,road,border_km,pass_height_m\n"
     "A1,A2,21.6,A,18.2,0\n"
     "A2,B1,30,,10,400\n"},
    {"garrisons.csv",
     "pcode,faction,command,kind,paper,known_on,source\n"
     "A1,government,first-corps,army,1000,2021-04-30,test\n"
     "B1,insurgents,shura,army,200,2021-04-30,test\n"},
    {"commands.csv",
     "id,name,faction,kind,hq,superior\n"
     "first-corps,First Corps,government,corps,A1,ministry\n"
     "ministry,Ministry,government,governor,A1,\n"
     "shura,Shura,insurgents,insurgent,B1,\n"},
    {"groups.csv",
     "province_pcode,group,share,known_on,source\n"
     "P1,north,0.7,2020-12-31,test\n"
     "P1,south,0.3,2020-12-31,test\n"
     "P2,south,1,2020-12-31,test\n"},
    {"record.csv",
     "observable,subject,date_start,date_end,value_low,value_high,denominator,mode,definition,who,confidence,known_on,source,note\n"
     "districts_controlled.rebels,,2021-05-01,2021-05-01,1,2,3,,held,someone,med,2021-05-02,test,\n"
     "captured.rebels,B1,,2021-05-20,,,,fought,,,high,2021-05-21,test,\"two\n"
     "lines\"\n"},
    {"claims.csv",
     "id,document,document_date,date_start,date_end,quantity,value_low,value_high,value_text,unit,definition,who,assessment,confidence,known_on\n"
     "C01,000,2021-05-11,2021-05-09,2021-05-09,Territory,85,,> 85,%,,Rebels,,high,2021-05-12\n"},
    {"facts.csv",
     "id,fact,kind,observable,bloc,places,of,date,until,amount,low,high,denominator,recorded,use,definition,source,known_on\n"
     "few,F1,level,districts_controlled.rebels,,,,2021-05-20,,,1,2,3,1,fact,counted,test,2021-05-21\n"
     "more,F1,change,districts_controlled.rebels,,,,2021-05-01,2021-05-20,,0,,3,1,,counted,test,2021-05-21\n"
     "seats,F2,lost-within,,state,capitals-but-holdout,,,2021-06-01,10,1,,,2,,seats,test,2021-05-21\n"
     "deals,F3,mode-share,,state,A1 B1,negotiated carried,,,,0.6,0.9,,,report,deals,test,2021-05-21\n"
     "both,F1,all,,,,few more,,,,,,,,,together,test,2021-05-21\n"
     "pay,F4,dose,national_capital_fallen,state,,cash arrears,2021-06-30,,1.5,,0,,,,pay,test,2021-05-21\n"
     "air,F4,dose,national_capital_fallen,state,,sorties,2021-06-30,,1.5,,0,,,,air,test,2021-05-21\n"
     "less,F5,weaker,,,,air pay,,,,,,,,,less,test,2021-05-21\n"},
    {"readings.csv",
     "claim,reading,expression,date_start,date_end,low,high,tolerance,note,record\n"
     "C01,area,\"100 * share(rebels, of=area)\",,,,,2.5,as said,\n"
     "C01,later,100 * claimed_share.rebels,,2021-05-20,80,,,,districts_controlled.rebels\n"},
    {"forecasts.csv",
     "id,who,date,target,bin_from,bin_until,probability,source,known_on\n"
     "poll,Panel,2021-05-10,national_capital,,2021-05-31,0.1,test,2021-05-11\n"
     "poll,Panel,2021-05-10,national_capital,2021-06-01,2021-06-30,0.4,test,2021-05-11\n"
     "poll,Panel,2021-05-10,national_capital,2021-07-01,,0.5,test,2021-05-11\n"},
    {"boundaries.geojson",
     "{\"type\": \"FeatureCollection\", \"note\": \"cells\", \"features\": [\n"
     "{\"type\": \"Feature\", \"properties\": {\"pcode\": \"A1\"}, \"geometry\": {\"type\": \"Polygon\", \"coordinates\": [[[69, 34], [70, 34], [70, 35], [69, 34]]]}},\n"
     "{\"type\": \"Feature\", \"properties\": {\"pcode\": \"B1\"}, \"geometry\": {\"type\": \"MultiPolygon\", \"coordinates\": [[[[69, 34], [70, 34], [70, 35], [69, 34]]]]}}\n"
     "]}\n"},
};
enum { N_BASE = sizeof BASE / sizeof BASE[0] };

#endif
