"""Districts, edges, roads and communities."""
import heapq
import math
import re

from .tables import plain

# Roads -----------------------------------------------------------------------------------------------------------------
# capital_roads.csv says which capitals a road joins, not where it runs. VIA names districts it is known to pass, in order
# (estimate from common maps). Between two named districts the road takes the shortest way over the graph of districts,
# where an edge counts as longer the farther its middle lies from the straight line between the two.
VIA = {
    ("Maidan Shahr", "Ghazni"): ["AF0405"],
    ("Ghazni", "Qalat"): ["AF1111", "AF1115", "AF1117", "AF2606"],
    ("Qalat", "Kandahar"): ["AF2602", "AF2703"],
    ("Kandahar", "Lashkar Gah"): ["AF2710", "AF3004"],
    ("Kandahar", "Farah"): ["AF2710", "AF3004", "AF3005", "AF3308", "AF3306"],
    ("Farah", "Herat"): ["AF3306", "AF3214", "AF3209", "AF3203"],
    ("Herat", "Qala-e-Naw"): ["AF3210"],
    ("Qala-e-Naw", "Maimana"): ["AF3105", "AF2907"],
    ("Maimana", "Sheberghan"): ["AF2909"],
    ("Sheberghan", "Mazar-i-Sharif"): ["AF2807", "AF2106"],
    ("Mazar-i-Sharif", "Aybak"): ["AF2110", "AF2002"],
    ("Pul-e-Khumri", "Kunduz"): ["AF0905", "AF1903"],
    ("Pul-e-Khumri", "Charikar"): ["AF0903", "AF0906", "AF0306", "AF0305"],
    ("Charikar", "Kabul"): ["AF0114"],
    ("Kabul", "Pul-e-Alam"): ["AF0505"],
    ("Kabul", "Jalalabad"): ["AF0115", "AF0702"],
    ("Kabul", "Mehtarlam"): ["AF0115", "AF0702"],
    ("Zaranj", "Farah"): ["AF3405"],
    ("Zaranj", "Lashkar Gah"): ["AF3405"],
    ("Kunduz", "Taloqan"): ["AF1904"],
    ("Taloqan", "Faizabad"): ["AF1807", "AF1715"],
    ("Maidan Shahr", "Bamyan"): ["AF0403", "AF0407"],
    ("Charikar", "Bamyan"): ["AF0307", "AF0310", "AF1002"],
    ("Pul-e-Khumri", "Bamyan"): ["AF0903", "AF0911", "AF1002"],
    ("Faizabad", "Bazarak"): ["AF1706", "AF1710", "AF1718", "AF1726", "AF0807", "AF0804"],
}
# Trunk roads from the ring to the border (estimate from common maps), paved.
SPURS = [
    ("AF0601", "AF0617"),  # Torkham
    ("AF2701", "AF2711"),  # Spin Boldak
    ("AF3201", "AF3213"),  # Islam Qala
    ("AF2101", "AF2116"),  # Hairatan
    ("AF1901", "AF1905"),  # Shir Khan Bandar
]
NEAR_ROAD_KM = 8.0       # a centre this near a class A road counts as on it (estimate)
STRAIGHT_KM = 10.0       # how far an edge may stray from the straight line before its length counts double (estimate)
TRACK_MAX_CLIMB_M = 300  # other edges: a track (C) if the climb is below this ...
TRACK_MIN_BORDER_KM = 5  # ... and the shared border at least this; else no road (estimate)

# Terrain ---------------------------------------------------------------------------------------------------------------
# Class of a province from the words of provinces.csv; districts that plainly differ are named below (estimate).
PROVINCE_TERRAIN = {
    "basin/urban": "hills", "valley/mountain": "mountain", "mountain": "mountain", "high mountain": "mountain",
    "valley/hills": "hills", "hills": "hills", "hills/desert": "hills", "high plateau": "hills", "hills/mountain": "hills",
    "desert/plain": "plain", "desert/river": "plain", "desert": "plain", "plain/hills": "plain", "plain": "plain",
}
TERRAIN_OVERRIDE = {
    "gorge": "AF0801 AF0802 AF0803 AF0804 AF0805 AF0806 AF0807",
    "plain": "AF0101 AF0104 AF0105 AF0108 AF0110 AF0114 AF0301 AF0302 AF0304 "  # Kabul basin, Shomali
             "AF0601 AF0602 AF0603 AF0604 AF0605 AF0607 AF0609 AF0616 AF0617 AF0702 "  # Jalalabad basin
             "AF0905 AF1401 AF1803 AF1809 AF1812 AF1814 AF1815 AF1817 "
             "AF2909 AF2911 AF2912 AF2913 AF2914",
    "hills": "AF0305 AF0401 AF0405 AF0606 AF0612 AF0701 AF0901 AF0902 AF0904 AF0910 "
             "AF1301 AF1302 AF1303 AF1306 AF2107 AF2114 AF2805 AF2811 "
             "AF2706 AF2707 AF2708 AF2709 AF2712 AF2713 AF2715 AF3007 AF3009 AF3010 AF3306 AF3310 "
             "AF3204 AF3206 AF3207 AF3209 AF3210 AF3214",
    "mountain": "AF0109 AF0115 AF0506 AF0507 AF1110 AF1114 AF1116 AF1118 AF1411 AF1805 AF1806 AF1808 AF1811 AF1813 "
                "AF2003 AF2005 AF2007 AF2104 AF2105 AF2115 AF2203 AF2207 AF2607 AF2611 AF2905 AF2908 AF2910 "
                "AF3012 AF3106 AF3212 AF3215 AF3216 AF3311",
}

# Airfields by name (estimate: commonly known fields of 2021). One that serves a capital is put in the capital's district even
# where the runway lies next door (Kandahar in Daman, Herat in Guzara, Mazar-i-Sharif in Nahr-e-Shahi).
AIRFIELD = {
    "AF0101": "Kabul", "AF0302": "Bagram", "AF0601": "Jalalabad", "AF1001": "Bamyan", "AF1101": "Ghazni", "AF1201": "Sharana",
    "AF1301": "Gardez", "AF1401": "Khost", "AF1701": "Faizabad", "AF1801": "Taloqan", "AF1901": "Kunduz",
    "AF2101": "Mazar-i-Sharif", "AF2301": "Chaghcharan", "AF2401": "Nili", "AF2501": "Tirin Kot", "AF2601": "Qalat",
    "AF2701": "Kandahar", "AF2801": "Sheberghan", "AF2901": "Maimana", "AF3001": "Bost", "AF3005": "Camp Bastion",
    "AF3006": "Dwyer", "AF3101": "Qala-e-Naw", "AF3201": "Herat", "AF3214": "Shindand", "AF3301": "Farah", "AF3401": "Zaranj",
}

STATUS = {"Taliban-Controlled": "controlled", "Contested": "contested", "Government": "government"}


def _km(a, b):
    """Distance of two (lon, lat) points on a plane that is good enough within a province [km]."""
    dx = (a[0] - b[0]) * 111.32 * math.cos(math.radians((a[1] + b[1]) / 2))
    return math.hypot(dx, (a[1] - b[1]) * 110.57)


def _km_to_line(p, a, b):
    """Distance of p from the straight line between a and b [km]."""
    ax, ay = b[0] - a[0], b[1] - a[1]
    length2 = ax * ax + ay * ay
    t = 0.0 if length2 == 0 else max(0.0, min(1.0, ((p[0] - a[0]) * ax + (p[1] - a[1]) * ay) / length2))
    return _km(p, (a[0] + t * ax, a[1] + t * ay))


def _point(record, pcode):
    row = record.district[pcode]
    return float(row["lon"]), float(row["lat"])


def _neighbours(record):
    """Neighbours of each district as {pcode: {pcode: distance_km}}."""
    near = {pcode: {} for pcode in record.district}
    for row in record["district_edges"]:
        a, b, km = row["pcode_a"], row["pcode_b"], float(row["centre_distance_km"])
        near[a][b] = near[b][a] = km
    return near


def _way(record, near, start, end):
    """Districts on the way a road takes from start to end (Dijkstra; ties by p-code)."""
    a, b = _point(record, start), _point(record, end)
    best, came, queue = {start: 0.0}, {}, [(0.0, start)]
    while queue:
        cost, here = heapq.heappop(queue)
        if here == end:
            break
        if cost > best[here]:
            continue
        for there, km in near[here].items():
            p, q = _point(record, here), _point(record, there)
            off = _km_to_line(((p[0] + q[0]) / 2, (p[1] + q[1]) / 2), a, b)
            total = cost + km * (1 + (off / STRAIGHT_KM) ** 2)
            if total < best.get(there, math.inf):
                best[there], came[there] = total, here
                heapq.heappush(queue, (total, there))
    way = [end]
    while way[-1] != start:
        way.append(came[way[-1]])
    return way[::-1]


def road_network(record):
    """Road class by edge (pair of p-codes in order) and the districts on a class A road."""
    near, road, on_road, legs = _neighbours(record), {}, set(), []
    for row in record["capital_roads"]:
        ends = [record.capital_pcode[row["a"]], record.capital_pcode[row["b"]]]
        stops = [ends[0], *VIA.get((row["a"], row["b"]), []), ends[1]]
        legs += [(stop, stops[i + 1], row["class"]) for i, stop in enumerate(stops[:-1])]
    legs += [(a, b, "A") for a, b in SPURS]
    for start, end, kind in legs:
        way = _way(record, near, start, end)
        for pair in zip(way, way[1:]):
            key = tuple(sorted(pair))
            road[key] = min(kind, road.get(key, kind))
        if kind == "A":
            on_road |= set(way) | _beside(record, start, end)
    on_ring = [row["capital"] for row in record["provinces"] if row["on_ring_road"] == "1"]
    return {"class": road, "on_road": on_road | {record.capital_pcode[name] for name in on_ring}}


def _beside(record, start, end):
    """Districts whose centre lies near the straight line between two districts."""
    a, b = _point(record, start), _point(record, end)
    return {pcode for pcode in record.district if _km_to_line(_point(record, pcode), a, b) < NEAR_ROAD_KM}


def _terrain_overrides():
    return {pcode: terrain for terrain, pcodes in TERRAIN_OVERRIDE.items() for pcode in pcodes.split()}


def _district_source(pcode, overrides):
    """What is estimated in a district's row."""
    parts = []
    if pcode in overrides:
        parts.append("terrain: set by hand (estimate)")
    if pcode in AIRFIELD:
        parts.append(f"airfield: {AIRFIELD[pcode]} (estimate)")
    return "; ".join(parts)


def districts(record, roads):
    """Rows of districts.csv."""
    overrides = _terrain_overrides()
    rows = []
    for row in record["districts"]:
        pcode, total = row["pcode"], float(row["polling_centres_2019"] or 0)
        rows.append({
            "pcode": pcode, "name": row["name"], "province": row["province"], "province_pcode": row["province_pcode"],
            "region": row["region"], "lon": plain(row["lon"]), "lat": plain(row["lat"]), "area_km2": plain(row["area_km2"]),
            "population": row["population_2019"], "urban_population": row["urban_2019"],
            "elevation_m": plain(row["elevation_mean_m"]), "relief_m": plain(row["elevation_sd_m"]),
            "terrain": overrides.get(pcode, PROVINCE_TERRAIN[record.province[row["province_pcode"]]["terrain"]]),
            "is_capital": row["is_provincial_capital"], "airfield": int(pcode in AIRFIELD),
            "on_road": int(pcode in roads["on_road"]), "prior_status": STATUS[row["status_lwj_2018"]],
            "reach": f"{float(row['polling_centres_opened_2019']) / total:.3f}" if total else "",
            "source": _district_source(pcode, overrides),
        })
    return rows


def edges(record, roads):
    """Rows of edges.csv."""
    rows = []
    for row in record["district_edges"]:
        a, b = sorted((row["pcode_a"], row["pcode_b"]))
        climb, border = float(row["pass_height_m"]), float(row["shared_border_km"])
        track = "C" if climb < TRACK_MAX_CLIMB_M and border >= TRACK_MIN_BORDER_KM else ""
        rows.append({
            "a": a, "b": b, "distance_km": plain(row["centre_distance_km"]), "road": roads["class"].get((a, b), track),
            "border_km": plain(border), "pass_height_m": plain(climb),
        })
    return rows


# Communities -----------------------------------------------------------------------------------------------------------
GROUPS = "pashtun tajik hazara uzbek turkmen aimaq baloch pashai nuristani arab kyrgyz other".split()
# A compound entry of provinces.csv is split evenly, but for this one: a few thousand Kyrgyz live in the Wakhan.
UNEVEN = {"Kyrgyz/Ismaili": {"kyrgyz": 0.02, "other": 0.98}}


def _split(name):
    """Shares of the groups inside one entry, which may name two."""
    if name in UNEVEN:
        return UNEVEN[name]
    parts = [part.lower() if part.lower() in GROUPS else "other" for part in name.split("/")]
    return {part: parts.count(part) / len(parts) for part in parts}


def community_shares(record):
    """Share of each group by province, adding up to 1; what an entry leaves open goes to `other`."""
    shares = {}
    for row in record["provinces"]:
        percent = dict.fromkeys(GROUPS, 0.0)
        for entry in row["ethnic_shares_approx_pct"].split(";"):
            name, value = re.fullmatch(r"(.+) ([\d.]+)", entry.strip()).groups()
            for group, part in _split(name).items():
                percent[group] += part * float(value)
        percent["other"] += max(0.0, 100.0 - sum(percent.values()))
        total = sum(percent.values())
        shares[row["pcode"]] = {group: value / total for group, value in percent.items() if value > 0}
    return shares


def groups(shares):
    """Rows of groups.csv."""
    source = "provinces table of the record: shares commonly given; no census; estimate"
    return [
        {"province_pcode": pcode, "group": group, "share": f"{value:.4f}", "known_on": "2020-12-31", "source": source}
        for pcode, by_group in sorted(shares.items()) for group, value in by_group.items()
    ]
