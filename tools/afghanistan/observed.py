"""What was observed (record.csv) and what was said (claims.csv), in the contract's columns.

Confidence: A, high -> high; B, med, med-high -> med; everything else (C, none, low, low-med, from memory) -> low.
A row from memory alone, without a page, is left out unless another row or a page named here says the same.
"""
import re
from datetime import date

from . import statements
from .tables import plain

CONFIDENCE = {"high": "high", "A": "high", "med": "med", "med-high": "med", "B": "med"}
MEMORY = "knowledge"

# Pages for rows the record has from memory only.
FOUND = {
    "AAF aircraft usable 2021-06-30":
        "https://defensedaily.com/demilitarization-of-73-aircraft-in-kabul-may-have-involved-8-types/international/",
    "Taliban full-time fighters 2021-12-31": "https://threadreaderapp.com/thread/1400318160633401346.html",
}
FOUND_KNOWN_ON = {"AAF aircraft usable 2021-06-30": "2021-07-30", "Taliban full-time fighters 2021-12-31": "2021-06-03"}

# Rows from memory that another row confirms, and which.
CONFIRMED = {
    "ANDSF total on books 2021-04-29": "SIGAR; from memory, equals army and police together",
    "ANA+MoD incl AAF, SOF 2021-04-29": "SIGAR; from memory, with the sourced number of police gives the total",
    "ANDSF to Tajikistan (2-day) 2021-07-05": "Tajik border guard; from memory, document 000 of the five says 1,000",
}
COUNTS_LEFT_OUT = {}

FORCES = {
    "ANDSF total on books": "paper_strength.republic", "ANA+MoD incl AAF, SOF": "paper_strength_army.republic",
    "ANP (MoI)": "paper_strength_police.republic", "ANDSF real strength (Payenda)": "present_strength.republic",
    "ANDSF fielded combat force": "present_strength_army.republic", "Afghan commandos/SOF": "commandos.republic",
    "AAF aircraft total": "aircraft.republic", "AAF aircraft usable": "aircraft_usable.republic",
    "AC-208 readiness": "readiness_ac208.republic", "UH-60 readiness": "readiness_uh60.republic",
    "US DoD contractors in country": "contractors.republic", "Taliban full-time fighters": "fighters.taliban",
    "Taliban core": "fighters.taliban", "Taliban core + local militia": "fighters_with_local.taliban",
    "Taliban fighters": "fighters.taliban", "Taliban overall": "fighters_with_local.taliban",
    "Prisoners released to Taliban": "prisoners_released.taliban", "NRF": "fighters.panjshir",
    "Taliban killed in Panjshir (NRF claim)": "claimed.killed_in_panjshir.taliban",
    "Taliban captured in Panjshir (NRF claim)": "claimed.prisoners_in_panjshir.taliban",
    "Public uprising/militia total": "fighters.militias", "ANA personnel fled to Uzbekistan": "soldiers_to_uzbekistan",
    "Aircraft flown to Uzbekistan": "aircraft_to_uzbekistan", "ANDSF to Tajikistan (2-day)": "soldiers_to_tajikistan",
    "ANDSF to Tajikistan cumulative": "soldiers_to_tajikistan",
}
DRAWDOWN = {
    "US troops": "foreign_troops_usa", "Foreign troops": "foreign_troops", "CENTCOM % complete": "withdrawal_percent.republic",
    "US embassy guard": "foreign_troops_embassy_guard", "US evacuation force": "foreign_troops_evacuation",
    "Last US troops leave": "foreign_troops_usa",
}
AIR = {
    "US air strikes": "air_strikes_usa", "US weapons released": "air_weapons_released_usa",
    "civilian casualties from international air": "casualties_from_foreign_air.civilians",
}
FINANCE = {
    "Islam Qala customs": "customs_islam_qala", "Loss to Kabul from border posts": "customs_lost.republic",
    "Taliban annual revenue": "revenue.taliban", "ANDSF annual cost": "security_cost.republic",
    "DAB reserves": "reserves.republic", "Opium farm-gate": "opium_farm_gate",
}
CASUALTIES = {
    "ANSF killed": "killed.republic", "civilians killed": "killed.civilians",
    "Taliban killed (MoD claim)": "claimed.killed.taliban", "UNAMA civilian casualties": "casualties.civilians",
    "civilian casualties Lashkar Gah/Kandahar/Herat/Kunduz": "casualties_four_cities.civilians",
    "all fatalities, ACLED-derived repo": "killed.all",
}
DISPLACEMENT = {
    "IDP stock (conflict)": "displaced_stock", "new IDPs since 1 Jan": "displaced_since_january",
    "new IDPs since Jan": "displaced_since_january", "new IDPs since 1 Jan (verified)": "displaced_since_january",
    "refugees in neighbours": "refugees_in_neighbours",
    "new movements to neighbours since Jan": "refugee_arrivals_since_january",
    "irregular entries to Iran": "irregular_entries_iran_per_day", "returnees from Iran 2021": "returnees_from_iran",
    "undocumented returnees 2021": "returnees_undocumented", "airlift cumulative since 15 Aug": "airlift",
    "airlift cumulative since 14 Aug": "airlift", "airlift total since end July": "airlift_since_july",
    "airlift total (US+coalition)": "airlift_since_july", "airlift total": "airlift_since_july",
}
MEASURES = {
    "new_conflict_idps_cum": "displaced_since_january", "idps_into_kabul_cum": "displaced_into_kabul_since_january",
    "idps_into_kabul_mainly_panjshir": "displaced_into_kabul_mainly_from_panjshir", "stock_conflict_idps": "displaced_stock",
    "refugee_arrivals_cum_total": "refugee_arrivals_since_january", "refugee_arrivals_cum_iran": "refugee_arrivals_iran",
    "refugee_arrivals_cum_pakistan": "refugee_arrivals_pakistan",
    "refugee_arrivals_cum_tajikistan": "refugee_arrivals_tajikistan",
    "iran_irregular_arrivals_per_day": "irregular_entries_iran_per_day", "kabul_airlift_cum": "airlift",
    "kabul_airlift_total": "airlift_since_july",
}
# The newly displaced are two series, by who says so; where nobody is named they stay out of both.
AGENCY = {"OCHA": "displaced_reported", "OCHA/UNHCR": "displaced_reported", "UNHCR/OCHA": "displaced_reported",
          "UNHCR": "displaced_estimated"}
SAME_WITHIN_DAYS = 6  # two tables tell partly the same: same observable, values within 1 %, dates within this many days

# Captures that the counts by province contradict: seven districts of Hirat were held by 9 July according to one of them.
DISPUTED = {"AF3106", "AF1705", "AF1816", "AF3402", "AF3404", "AF3202", "AF3203", "AF3204", "AF3208", "AF3209", "AF3210",
            "AF3214"}
HOLDING_PROVINCE_NOTE = "disagrees with the count for its province"
MODE = {"given_up": "given_up", "fought": "fought", "fought_then_deal": "given_up"}


def _row(observable, start, end, low, high, **rest):
    """A row of record.csv; absent columns are empty."""
    row = dict.fromkeys("observable subject date_start date_end value_low value_high denominator mode definition who "
                        "confidence known_on source note".split(), "")
    row.update(observable=observable, date_start=start, date_end=end, known_on=end)
    row["value_low"] = plain(low) if low not in ("", None) else ""
    row["value_high"] = plain(high) if high not in ("", None) else ""
    row.update({key: value for key, value in rest.items() if value})
    row["confidence"] = CONFIDENCE.get(row["confidence"], "low")
    return row


def _source(row, who):
    """The origin as a reader can find it; the five documents by their number."""
    text = row["source"]
    if text.startswith("Wikipedia") or text.startswith("wikipedia"):
        return "Wikipedia, 2021 Taliban offensive"
    if text.startswith("seed"):
        number = re.search(r"00\d", text + " " + who)
        return f"document {number.group()} of the five"
    return text


def _key(row):
    return f"{row['quantity']} {row.get('date_end') or row.get('date')}"


def _usable(row, source_column="source"):
    """False for a row from memory that nothing else confirms."""
    return MEMORY not in row[source_column] or _key(row) in CONFIRMED or _key(row) in FOUND


# Counts ----------------------------------------------------------------------------------------------------------------
def _count_name(row):
    """Observable of a national count, by who counted what."""
    who, what = row["source"], row["definition"]
    if who.startswith(("LWJ", "SIGAR", "synthesis")):
        return "districts_controlled.taliban"
    if who == "AAN" and what == "district centre held" or who.startswith("Pentagon"):
        return "centres_held.taliban"
    if who.startswith("UN Monitoring"):
        return "centres_influenced.taliban"
    return "claimed.districts_controlled.taliban" if who.startswith("Taliban") else "centres_captured.taliban"


def _counts(record):
    for row in record["district_counts"]:
        if f"{row['date_end']} {row['source']}" in COUNTS_LEFT_OUT:
            continue
        name, no_page = _count_name(row), not row["url"]
        definition = row["definition"]
        if name.startswith("claimed."):
            definition = "claim"
        elif row["source"].startswith("Pentagon"):
            definition = "Pentagon"
        rest = {"denominator": row["denominator"], "definition": definition, "who": row["source"],
                "confidence": "low" if no_page else row["confidence"], "known_on": row["known_on"],
                "source": row["url"] or "compiled from neighbouring counts; no page kept", "note": row["note"]}
        yield _row(name, row["date_start"], row["date_end"], row["taliban"], row["taliban"], **rest)
        if name != "districts_controlled.taliban":
            continue
        if row["contested"]:
            yield _row("districts_contested.taliban", row["date_start"], row["date_end"], row["contested"], row["contested"], **rest)
        if row["government"] and "by subtraction" not in row["note"]:
            yield _row("districts_controlled.republic", row["date_start"], row["date_end"], row["government"],
                       row["government"], **rest)


def _holdings(record):
    pcode = {row["province"]: row["pcode"].lower() for row in record["provinces"]}
    for row in record["province_district_holdings"]:
        memory = "(K)" in row["note"] or "LWJ" not in row["note"] and "TOLO" not in row["note"] and "EFE" not in row["note"]
        yield _row(f"centres_held.taliban.{pcode[row['province']]}", row["date_start"], row["date_end"], row["taliban_held"],
                   row["taliban_held"], denominator=row["n_districts"], definition=f"districts of {row['province']}",
                   confidence="low" if memory else "med", known_on=row["known_on"],
                   source="counts by province in press reports, compiled", note=row["note"])


# Captures --------------------------------------------------------------------------------------------------------------
def _days_apart(a, b):
    return abs((date.fromisoformat(a) - date.fromisoformat(b)).days)


def _capture_page(record, row):
    """Page of the reported capture nearest in time to the dated one, if within its tolerance."""
    found = [(_days_apart(event["est_date"], row["captured_on"]), event["url"]) for event in record["district_events"]
             if event["pcode_cod2018"] == row["pcode"] and event["event"] == "taliban_capture"
             and _days_apart(event["est_date"], row["captured_on"]) <= max(1, int(event["date_tolerance_days"]))]
    return min(found)[1] if found else ""


def _district_captures(record):
    capitals = {row["pcode"] for row in record["capitals_fall"]}
    for row in record["district_captures"]:
        pcode = row["pcode"]
        if pcode in capitals:
            continue
        dated = bool(row["captured_on"])
        notes = []
        if row["captured_on_is"] in ("first", "last"):
            notes.append(f"{row['captured_on_is']} of several captures")
        if row["refall_date_unknown"] == "1":
            notes.append("retaken once, day of the later fall unknown")
        if not dated:
            notes.append("day unknown" if row["captured_latest"] > "2021-05-01" else "held before the first day")
        if pcode in DISPUTED:
            notes.append(HOLDING_PROVINCE_NOTE)
        source = dated and _capture_page(record, row) or "dates of captures compiled from press reports and official lists"
        yield _row("captured.taliban", row["captured_earliest"], row["captured_latest"], "", "", subject=pcode,
                   definition="district centre", confidence="low" if pcode in DISPUTED else row["confidence"],
                   source=source, note="; ".join(notes))


def _capital_captures(record):
    rating = {row["pcode"]: row["confidence"] for row in record["district_captures"]}
    for row in record["capitals_fall"]:
        memory = MEMORY in row["url_or_source"]
        # From memory, but the compiled dates give the same day: kept with their rating, at most med.
        confidence = {"A": "med", "B": "med"}.get(rating[row["pcode"]], "low") if memory else row["confidence"]
        source = "dates of captures compiled from press reports and official lists" if memory else row["url_or_source"]
        yield _row("captured.taliban", row["date"], row["date"], "", "", subject=row["pcode"], mode=MODE[row["mode_class"]],
                   definition="provincial capital", confidence=confidence, known_on=row["known_on"], source=source,
                   note=row["mode"])


def _recaptures(record):
    for row in record["district_events"]:
        if row["event"] not in ("gov_recapture", "nrf_recapture"):
            continue
        centre, days = date.fromisoformat(row["est_date"]), int(row["date_tolerance_days"])
        start, end = (date.fromordinal(centre.toordinal() + step).isoformat() for step in (-days, days))
        who = "government" if row["event"] == "gov_recapture" else "panjshir"
        yield _row("captured.republic", start, end, "", "", subject=row["pcode_cod2018"],
                   definition=f"district centre retaken by {who}", confidence="med", source=row["url"], note=row["note"])


# Numbers ---------------------------------------------------------------------------------------------------------------
def _numbers(record, table, names, define):
    """Rows of one table of dated numbers; `define` gives definition and who."""
    for row in record[table]:
        if row["quantity"] not in names or not _usable(row):
            continue
        low = row.get("value_low", row.get("value", ""))
        high = row.get("value_high", row.get("value", ""))
        definition, who = define(row)
        key = _key(row)
        page = FOUND.get(key) or CONFIRMED.get(key) or _source(row, who)
        yield _row(names[row["quantity"]], row.get("date_start") or row.get("date"), row.get("date_end") or row.get("date"),
                   low, high, definition=definition, who=who.replace("seed 00", "document 00"), confidence=row["confidence"],
                   known_on=FOUND_KNOWN_ON.get(key, row["known_on"]), source=page,
                   note=row.get("value_text") or row.get("note") or "")


def _national_displacement(record, told):
    """The second displacement table, without what the first has told already."""
    for row in record["displacement_national"]:
        name, value = MEASURES[row["measure"]], float(row["value"])
        if any(other["observable"] == name and _days_apart(other["date_end"], row["date"]) <= SAME_WITHIN_DAYS
               and abs(float(other["value_low"]) - value) <= 0.01 * value for other in told):
            continue
        yield _row(name, row["date"], row["date"], value, value, definition="cumulative" if "cum" in row["measure"] else "",
                   confidence="med", source=row["url"], note=row["note"])


def _by_agency(row):
    """The same row under the series of its agency, if it is one of newly displaced."""
    if row["observable"] == "displaced_since_january":
        row["observable"] = AGENCY.get(re.split("[;,]", row["who"])[0], row["observable"])
    return row


def _customs():
    """What the finance ministry said it collected; found beside the record."""
    page = "https://www.afghanistantimes.af/economic-costs-of-talibans-foray-afghanistan-loses-33m-in-customs-revenue/"
    for month, days, value in (("06", "30", 91e6), ("07", "31", 57.5e6)):
        yield _row("customs_collected.republic", f"2021-{month}-01", f"2021-{month}-{days}", value, value,
                   definition="USD in the month, all posts", who="Ministry of Finance", confidence="med",
                   known_on="2021-08-03", source=page)


def _crossings(record):
    for row in record["border_crossings"]:
        if MEMORY in row["source"]:
            continue
        ident = row["crossing"].split("(")[0].strip().lower().replace(" ", "-")
        yield _row(f"crossing_captured.taliban.{ident}", row["date_start"], row["date_end"], "1", "1", definition=row["mode"],
                   confidence=row["confidence"], known_on=row["known_on"], source=row["source"], note=row["note"])


def observations(record):
    """Rows of record.csv."""
    rows = [*_counts(record), *_holdings(record)]
    rows += _numbers(record, "casualties", CASUALTIES, lambda row: (row["definition"], row["definition"].split()[0] if
                                                                    row["definition"].startswith("NYT") else ""))
    told = list(_numbers(record, "displacement", DISPLACEMENT, lambda row: (row["quantity"], row["who"])))
    rows += [_by_agency(row) for row in told + list(_national_displacement(record, told))]
    rows += _numbers(record, "forces", FORCES, lambda row: (row["definition"] or row["unit"], row["who_said"]))
    rows += _numbers(record, "drawdown", DRAWDOWN, lambda row: (row["unit"], "CENTCOM" if "CENTCOM" in row["quantity"] else ""))
    rows += _numbers(record, "airstrikes", AIR, lambda row: (row["unit"], row["who"]))
    rows += _numbers(record, "finance", FINANCE, lambda row: (f"{row['unit']} per {row['per']}", row["who"]))
    rows += [*_customs(), *_crossings(record), *_capital_captures(record), *_district_captures(record), *_recaptures(record)]
    return rows


def left_out(record):
    """What is not in record.csv, one line a row."""
    for table in ("casualties", "displacement", "forces", "drawdown", "airstrikes", "finance"):
        for row in record[table]:
            if not _usable(row):
                yield f"{table}: {_key(row)} (from memory, no page)"
    for row in record["border_crossings"]:
        if MEMORY in row["source"]:
            yield f"border_crossings: {row['crossing']} (from memory, no page)"
    for key, why in COUNTS_LEFT_OUT.items():
        yield f"district_counts: {key} ({why})"


# Claims ----------------------------------------------------------------------------------------------------------------
def claims(record):
    """Rows of claims.csv."""
    rows = []
    for row in record["claims"]:
        confidence = {"claim high / truth low": "low"}.get(row["confidence"], row["confidence"])
        rows.append({
            "id": row["id"], "document": row["doc"], "document_date": row["doc_date_end"], "date_start": row["speaks_start"],
            "date_end": row["speaks_end"], "quantity": row["quantity"],
            "value_low": plain(row["value_low"]) if row["value_low"] else "",
            "value_high": plain(row["value_high"]) if row["value_high"] else "", "value_text": row["value_text"],
            "unit": row["unit"], "definition": row["definition"], "who": row["who_said"], "assessment": row["assessment"],
            "confidence": confidence, "known_on": row["known_on"],
        })
    rows.extend(dict(zip(statements.COLUMNS, values, strict=True)) for values in statements.ADDED)
    for row in rows:
        row["kind"] = statements.KIND.get(row["id"], "quantity")
        row["assessment"] = statements.ASSESSMENT.get(row["id"], row["assessment"])
        row["against"] = statements.AGAINST.get(row["id"], "")
    return rows
