"""What kind each statement of the five documents is, which contradict each other, and those that the record's table lacks.

Kinds: quantity, event, expectation, cause, norm (docs/scenario.md). The statements added here are in our own words; what the record says
of them is in the last but one column.
"""

EVENTS = "C06 C07 C08 C09 C10 C11 C12 C25 C29 C32 C42 C45 C47 C51 C52 C62 C81 C13 C14 C33 C43"
EXPECTATIONS = "C31 C53 C61 C63 C65 C67 C68 C73 C74 C76 C78 C79 C80"
CAUSES = "C64 C69 C70 C75 C77"
NORMS = "C44 C66"
KIND = {name: kind for kind, names in (("event", EVENTS), ("expectation", EXPECTATIONS), ("cause", CAUSES), ("norm", NORMS))
        for name in names.split()} | {"C71": "event", "C72": "event"}

CONTRADICTIONS = "C01 C46, C29 C47, C04 C48, C28 C49, C71 C72, C73 C79, C74 C78, C74 C79, C74 C80"


def _against():
    """Of each statement those that contradict it, in the order above."""
    others = {}
    for pair in CONTRADICTIONS.split(", "):
        one, other = pair.split()
        others.setdefault(one, []).append(other)
        others.setdefault(other, []).append(one)
    return {name: " ".join(names) for name, names in others.items()}


AGAINST = _against()

COLUMNS = ("id", "document", "document_date", "date_start", "date_end", "quantity", "value_low", "value_high", "value_text", "unit", "definition",
           "who", "assessment", "confidence", "known_on")

ADDED = (
    ("C65", "003", "2021-07-09", "2021-07-05", "2021-07-08", "The war is won and the United States have lost it", "", "", "won", "qualitative",
     "a signal of belief, not a count", "Taliban commander (BBC)",
     "no provincial capital had fallen and about half of the districts were controlled (LWJ 204/407 on 9 Jul); the capital fell on 15 Aug", "med",
     "2021-07-09"),
    ("C66", "002", "2021-08-20", "2021-08-15", "2021-08-19", "The first vice-president is the rightful caretaker president", "", "",
     "caretaker president", "qualitative", "claim to legitimacy after the president fled", "Saleh",
     "he said so after the president had left on 15 Aug; whether rightly is not for a record of facts; his place was unknown to the writers", "high",
     "2021-08-20"),
    ("C67", "002", "2021-08-20", "2021-08-20", "2021-09-30", "A generation grown up in freedom may stand up to the winner", "", "", "may resist",
     "qualitative", "armed or open resistance after the fall", "experts asked by FP", "Panjshir fought until 6 Sep; three districts of Baghlan rose on 20 Aug", "med",
     "2021-08-20"),
    ("C68", "002", "2021-08-20", "2021-08-20", "2021-09-30", "The milder image that the winners offer is not to be trusted", "", "", "doubted",
     "qualitative", "whether rules on women and public life become milder", "experts and officials asked by FP",
     "the scenario's policy table keeps the rules as they were; no count by people is recorded", "med", "2021-08-20"),
    ("C69", "002", "2021-08-20", "2021-08-20", "2021-09-30", "A government that shares power would lower support for armed resistance", "", "",
     "lower", "qualitative", "inclusion against recruits of a resistance", "experts asked by FP", "no such government was formed: not observed", "low", "2021-08-20"),
    ("C70", "002", "2021-08-20", "2021-08-20", "2021-09-30", "Reprisals would raise support for armed resistance", "", "", "raise", "qualitative",
     "reprisals against recruits of a resistance", "experts asked by FP", "no count of recruits over time is recorded", "low", "2021-08-20"),
    ("C71", "004", "2021-08-28", "2021-08-15", "2021-08-28", "The resistance has blocked the highway that leads past its valley", "", "", "blocked",
     "qualitative", "road past Panjshir", "NRF", "denied by the other side; no third source", "low", "2021-08-28"),
    ("C72", "004", "2021-08-28", "2021-08-15", "2021-08-28", "The highway is not blocked", "", "", "open", "qualitative", "road past Panjshir", "Taliban",
     "denies the resistance's claim; no third source", "low", "2021-08-28"),
    ("C73", "001", "2021-07-20", "2021-07-20", "2021-09-30", "Many in the capital fear the insurgents and will resist their return", "", "",
     "will resist", "qualitative", "resistance of the capital's people", "CWI", "the capital was entered on 15 Aug without a fight", "high", "2021-07-20"),
    ("C74", "001", "2021-07-20", "2021-07-20", "2021-09-30", "The war could grind on with both sides holding ground and no winner", "", "",
     "no clear winner", "qualitative", "stalemate", "CWI", "over on 15 Aug, but for Panjshir until 6 Sep", "high", "2021-07-20"),
    ("C75", "000", "2021-07-12", "2021-07-01", "2021-08-15", "The weaker the government, the more militias are raised; they are disliked but safest", "",
     "", "more militias", "qualitative", "weakness of the state as a cause of mobilisation", "R. Malejacq",
     "militias were raised in several provinces from June on; no count by strength of the state", "med", "2021-07-12"),
    ("C76", "000", "2021-07-12", "2021-07-01", "2021-08-15", "Nobody knows how many people can be mobilised", "", "", "unknown", "qualitative",
     "popular mobilisation against the insurgents", "Kate Clark, AAN", "no count is recorded; the scenario's ceilings are kept wide", "med", "2021-07-12"),
    ("C77", "003", "2021-07-09", "2021-07-09", "2021-09-30", "Bombing from abroad can hardly turn the tide", "", "", "hardly", "qualitative",
     "effect of air strikes on the outcome", "Gavin", "strikes went on in July and August; the tide did not turn", "med", "2021-07-09"),
    ("C78", "003", "2021-07-09", "2021-07-09", "2021-09-30", "The Taliban will soon control most or all of the country", "", "", "most, if not all",
     "qualitative", "share of the country in the end", "Gavin", "about 400 of 407 districts on 15 Aug", "high", "2021-07-09"),
    ("C79", "003", "2021-07-09", "2021-07-09", "2021-09-30", "The fate of the government seems sealed", "", "", "sealed", "qualitative",
     "fall of the government", "Gavin", "fell on 15 Aug", "high", "2021-07-09"),
    ("C80", "000", "2021-07-12", "2021-07-12", "2021-09-30", "Most people of the district think that the whole country will be taken", "", "",
     "inevitable", "qualitative", "conquest of the entire country", "elder Baig", "all but Panjshir on 15 Aug, Panjshir on 6 Sep", "high", "2021-07-12"),
    ("C81", "004", "2021-08-28", "2021-05-01", "2021-08-15", "Army and government were swept away without much of a resistance", "", "", "little resistance",
     "qualitative", "share of losses without a fight", "SOFREP", "27 of 34 provincial capitals given up or dealt for", "med", "2021-08-28"),
)

# What the record says, where the table's own words mean nothing beside the scenario, belong to the row beside it, or stand in another column.
ASSESSMENT = {
    "C06": "the last US troops left on 30 Aug, a day before (record.csv)",
    "C18a": "",
    "C19": "in between: the statistics office has 33.6M for 1400, the UN about 40M",
    "C33": "disputed: the absent part of paper strength is a national number that no count settles; the scenario draws it wide",
    "C40": "FY22 request 3.3bn, SIGAR (record.csv)",
    "C52": "the last US troops left on 30 Aug (record.csv)",
    "C55a": "in between: the statistics office has 33.6M for 1400, the UN about 40M",
    "C64": "executions of former soldiers were reported; recruits were not counted",
}
