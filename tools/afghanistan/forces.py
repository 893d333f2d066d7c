"""Who has how many armed people where, on paper, and who commands them.

No table of posts is public, so numbers per district are estimates: totals come from sources and are spread by rules that use only
what was known before 1 May 2021. Totals are met exactly.
"""
import math

from .tables import largest_remainder

KNOWN_ON = "2021-04-30"
CORPS_HQ = {"201": "AF0601", "203": "AF1301", "205": "AF2701", "207": "AF3201", "209": "AF2101", "215": "AF3001",
            "217": "AF1901", "111": "AF0101"}
POLICE_TOTAL = 118_600
TALIBAN_TOTAL = 75_000

# Commandos: half at the capital, the rest at airfields of the corps (estimate).
COMMANDO_SHARE = {"AF0101": 0.5, "AF2701": 0.12, "AF2101": 0.09, "AF3201": 0.07, "AF1901": 0.07, "AF3001": 0.07,
                  "AF0601": 0.05, "AF1301": 0.03}

# Followers of regional leaders: the middle (geometric) of the range in forces.csv, spread over their home districts (estimate).
MILITIA = {
    "junbish": {"AF2801": 1400, "AF2901": 600, "AF2201": 500, "AF2807": 300, "AF2906": 200, "AF2913": 200},
    "jamiat-balkh": {"AF2101": 1500, "AF2102": 300, "AF2103": 300, "AF2106": 300, "AF2107": 200, "AF2110": 200},
    "hirat": {"AF3201": 900, "AF3202": 300, "AF3203": 200, "AF3204": 150, "AF3206": 150},
    "hazara": {"AF0409": 800, "AF0407": 700, "AF1001": 500, "AF2401": 300, "AF1002": 200, "AF1005": 200, "AF2402": 200,
               "AF2406": 200, "AF1007": 100},
    "panjshir": {"AF0801": 1500, "AF0802": 600, "AF0804": 600, "AF0803": 500, "AF0805": 400, "AF0807": 400, "AF0806": 200},
}
# Islamic State Khorasan: remnants in the east (estimate).
ISK = {"AF0615": 300, "AF0610": 200, "AF0611": 150, "AF0613": 150, "AF0604": 150, "AF0620": 100, "AF1507": 250, "AF1503": 200,
       "AF1513": 150, "AF1509": 150, "AF1514": 100, "AF0601": 100}
LEADERS = [
    ("junbish-leader", "Leader of Junbish (Abdul Rashid Dostum)", "junbish", "AF2801"),
    ("jamiat-balkh-leader", "Leader in Balkh (Atta Mohammad Noor)", "jamiat-balkh", "AF2101"),
    ("hirat-leader", "Leader in Herat (Ismail Khan)", "hirat", "AF3201"),
    ("hazara-leaders", "Leaders of local forces in the central highlands", "hazara", "AF0409"),
    ("panjshir-leader", "Leader in Panjshir (Ahmad Massoud)", "panjshir", "AF0801"),
]

ARMY_SOURCE = "estimate: corps paper strength spread by people, capital, headquarters, road, status 2018"
COMMANDO_SOURCE = "estimate: 21,000 commandos, half in the capital, half at corps airfields"
POLICE_SOURCE = "estimate: 118,600 police (SIGAR via Washington Post) spread by people, capital, status 2018"
TALIBAN_SOURCE = "estimate: 75,000 spread by status 2018, presence, Pashtun share, closed polling centres, remoteness"
ISK_SOURCE = "estimate: 2,000, remnants in the valleys of Nangarhar and Kunar"
MILITIA_SOURCE = "estimate: middle of the range given for July 2021, home districts"


def _people(row):
    """Square-root weight of population; 1 at 50,000 people. Unknown counts as 5,000."""
    return math.sqrt(float(row["population_2019"] or 5000) / 50_000)


def _corps_id(name):
    number = name.split()[0]
    return f"corps-{number}" if number in CORPS_HQ else "soc"


def commands(record):
    """Rows of commands.csv."""
    rows = []

    def add(ident, name, faction, kind, hq):
        rows.append({"id": ident, "name": name, "faction": faction, "kind": kind, "hq": hq, "superior": ""})

    for row in record["ana_corps"]:
        ident = _corps_id(row["corps"])
        if ident == "soc":
            add(ident, "Special operations corps", "government", "corps", "AF0101")
        else:
            title = f"{row['corps']} Corps" if "Div" not in row["corps"] else "111 Capital Division"
            add(ident, title, "government", "corps", CORPS_HQ[row["corps"].split()[0]])
    for row in sorted(record["provinces"], key=lambda row: row["pcode"]):
        add(f"governor-{row['pcode'].lower()}", f"Governor and police of {row['province']}", "government", "governor",
            record.capital_pcode[row["capital"]])
    for ident, name, faction, hq in LEADERS:
        add(ident, name, faction, "leader", hq)
    add("isk-leadership", "Leadership of Islamic State Khorasan", "isk", "insurgent", "AF0615")
    add("taliban-leadership", "Leadership council", "taliban", "insurgent", "AF3009")
    return rows


def _army_weight(row, hq, on_road):
    weight = _people(row)
    weight *= {"Government": 0.7, "Contested": 1.3, "Taliban-Controlled": 0.4}[row["status_lwj_2018"]]
    weight *= 2.5 if row["is_provincial_capital"] == "1" else 1.0
    weight *= 1.8 if row["pcode"] == hq else 1.0
    return weight * (1.5 if on_road else 1.0)


def _police_weight(row):
    weight = _people(row)
    weight *= {"Government": 1.0, "Contested": 1.2, "Taliban-Controlled": 0.5}[row["status_lwj_2018"]]
    return weight * (1.5 if row["is_provincial_capital"] == "1" else 1.0)


def _km_to_capital(record, row):
    capital = record.district[record.capital_pcode[record.province[row["province_pcode"]]["capital"]]]
    dx = (float(row["lon"]) - float(capital["lon"])) * 111.32 * math.cos(math.radians(float(row["lat"])))
    return math.hypot(dx, (float(row["lat"]) - float(capital["lat"])) * 110.57)


def _taliban_weight(record, row, pashtun, on_road):
    """More where they ruled in 2018, are known to be, the state could not open polls, and far from capital and road."""
    presence = float(record.province[row["province_pcode"]]["taliban_presence_prior_1may"])
    total = float(row["polling_centres_2019"] or 0)
    closed = 1 - float(row["polling_centres_opened_2019"]) / total if total else 0.3
    weight = _people(row) * math.sqrt(presence) * (0.5 + 0.5 * pashtun) * (0.5 + closed)
    weight *= {"Taliban-Controlled": 3.0, "Contested": 1.5, "Government": 0.4}[row["status_lwj_2018"]]
    weight *= 0.3 if row["is_provincial_capital"] == "1" else 1.0
    weight *= 0.75 + 0.5 * min(_km_to_capital(record, row), 80.0) / 80.0
    return weight * (0.8 if on_road else 1.0)


def _rows(counts, faction, command, kind, source):
    return [
        {"pcode": pcode, "faction": faction, "command": command(pcode) if callable(command) else command, "kind": kind,
         "paper": paper, "known_on": KNOWN_ON, "source": source}
        for pcode, paper in sorted(counts.items()) if paper > 0
    ]


def _army(record, on_road):
    """Garrisons of every corps, and the commandos."""
    rows = []
    province_pcode = {row["province"]: row["pcode"] for row in record["provinces"]}
    for corps in record["ana_corps"]:
        ident, paper = _corps_id(corps["corps"]), int(corps["paper_strength_est"])
        if ident == "soc":
            rows += _rows(largest_remainder(paper, COMMANDO_SHARE), "government", ident, "commando", COMMANDO_SOURCE)
            continue
        area = {province_pcode[name] for name in corps["provinces"].split(";")}
        hq = CORPS_HQ[corps["corps"].split()[0]]
        weight = {row["pcode"]: _army_weight(row, hq, row["pcode"] in on_road)
                  for row in record["districts"] if row["province_pcode"] in area}
        rows += _rows(largest_remainder(paper, weight), "government", ident, "army", ARMY_SOURCE)
    return rows


def garrisons(record, roads, shares):
    """Rows of garrisons.csv."""
    on_road = roads["on_road"]
    police = {row["pcode"]: _police_weight(row) for row in record["districts"]}
    taliban = {row["pcode"]: _taliban_weight(record, row, shares[row["province_pcode"]].get("pashtun", 0.0),
                                             row["pcode"] in on_road) for row in record["districts"]}
    rows = _army(record, on_road)
    rows += _rows(largest_remainder(POLICE_TOTAL, police), "government", lambda pcode: f"governor-{pcode[:4].lower()}",
                  "police", POLICE_SOURCE)
    rows += _rows(largest_remainder(TALIBAN_TOTAL, taliban), "taliban", "taliban-leadership", "fighters", TALIBAN_SOURCE)
    leader = {faction: ident for ident, _, faction, _ in LEADERS}
    for faction, counts in MILITIA.items():
        rows += _rows(counts, faction, leader[faction], "militia", MILITIA_SOURCE)
    rows += _rows(ISK, "isk", "isk-leadership", "fighters", ISK_SOURCE)
    return rows
