"""Words that stand in for names and places: given names for any sex, surnames, place names."""

from __future__ import annotations

GIVEN = tuple(
    ["Alex", "Ainsley", "Ariel", "Aubrey", "Avery", "Billie", "Blair", "Brett", "Cameron", "Carey", "Casey", "Corey", "Dallas", "Dana", "Devon", "Drew", "Ellis", "Emerson", "Finley", "Frances", "Harley", "Hayden", "Hollis", "Jamie", "Jesse", "Jody", "Jordan", "Kelly", "Kelsey", "Kendall", "Kerry", "Lane", "Lee", "Leslie", "Logan", "Marley", "Merle", "Morgan", "Noel", "Parker", "Pat", "Payton", "Quinn", "Reese", "Riley", "Robin", "Rowan", "Sage", "Sandy", "Sasha", "Shannon", "Shelby", "Sidney", "Skyler", "Stacy", "Taylor", "Terry", "Toby", "Tracy", "Val", "Vivian", "Whitney"]
)
"""Given names of no one sex, so that none contradicts the pronouns of a note."""

SURNAMES = tuple(
    ["Abernathy", "Ackerly", "Alderman", "Ashdown", "Atwater", "Bancroft", "Barlowe", "Beckwith", "Bellingham", "Birchall", "Blakely", "Bramwell", "Brockway", "Burnham", "Calloway", "Cartwright", "Chadwell", "Clifton", "Colburn", "Copeland", "Cranfield", "Dalrymple", "Danforth", "Denholm", "Dunmore", "Eastwick", "Eddington", "Elsworth", "Fairbank", "Farnham", "Fenwick", "Galbraith", "Garfield", "Gilmour", "Goddard", "Granby", "Hadley", "Halloran", "Hartwell", "Hathaway", "Hensley", "Holbrook", "Huxley", "Ingersoll", "Jarvis", "Kearney", "Kingsley", "Langdon", "Lathrop", "Lockhart", "Lorimer", "Maddox", "Marchbank", "Merriweather", "Milbank", "Montrose", "Norwood", "Oakley", "Ormsby", "Pemberton", "Pickering", "Quimby", "Radcliff", "Redmond", "Rockwell", "Rutledge", "Saltmarsh", "Sedgwick", "Sheffield", "Somerby", "Stanhope", "Sutcliff", "Thackeray", "Thornbury", "Tillman", "Underhill", "Vandermeer", "Wadsworth", "Wakefield", "Weatherby", "Westbrook", "Wexford", "Whitlock", "Winslow", "Wolcott", "Yardley"]
)
PLACES = tuple(
    ["Alderbrook", "Ashcombe", "Beaverdale", "Birchmere", "Brookhollow", "Cedarfield", "Clearwick", "Copperhill", "Cresthaven", "Dunhaven", "Eastmoor", "Elmsford", "Fairmeadow", "Fernwick", "Foxglen", "Glenhurst", "Goldcrest", "Harrowgate", "Hazelmere", "Heatherton", "Ivyfield", "Juniper", "Kestrelton", "Larkspur", "Lindenhurst", "Maplecroft", "Marshfield", "Millbrae", "Northmere", "Oakenshaw", "Pinecroft", "Quarrybank", "Ravenswick", "Redfern", "Rosemead", "Saltbrook", "Silverdale", "Stonebridge", "Sunnybank", "Thornfield", "Valemont", "Westerleigh", "Willowmere", "Windermoor", "Yewdale"]
)
PROFESSIONS = ("teacher", "office clerk", "shop assistant", "gardener", "bookkeeper", "tailor")
KEPT_WORDS = frozenset(
    ["mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "sir", "md", "rn", "np", "pa", "phd", "do", "jr", "sr", "ii", "iii", "iv", "esq", "dds", "street", "st", "road", "rd", "avenue", "ave", "lane", "ln", "drive", "dr", "boulevard", "blvd", "court", "ct", "place", "pl", "way", "square", "sq", "suite", "ste", "apt", "apartment", "unit", "floor", "box", "po", "highway", "hwy", "north", "south", "east", "west", "n", "s", "e", "w", "of", "the", "and", "at", "for", "in", "hospital", "clinic", "medical", "center", "centre", "health", "healthcare", "care", "university", "general", "memorial", "regional", "community", "county", "city", "school", "college", "institute", "department", "dept", "ward", "children", "childrens", "womens", "veterans", "affairs", "va", "rehabilitation", "nursing", "home", "hospice", "laboratory", "pharmacy", "surgery", "group", "company", "inc", "ltd", "llc", "corp", "gmbh"]
)
"""Words of titles, streets and institutions that name nobody by themselves and stay."""
