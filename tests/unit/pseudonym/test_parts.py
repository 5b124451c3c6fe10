"""Hard cases of Dutch names, dates and addresses: what is one person written in many ways has the same parts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vangnet_pseudonym.identity import Person
from vangnet_pseudonym.parts import Parts, parts
from vangnet_pseudonym.parts.sounds import sound
from vangnet_pseudonym.scheme import V2, inputs_of
from vangnet_pseudonym.sealing import PLAINTEXT_BYTES, Contents, pack


def of(**fields: object) -> Parts:
    return parts(Person(**fields))[0]


@pytest.mark.parametrize(
    ("written", "prefix", "own"),
    [
        # prefixes float, are abbreviated, joined, capitalised and left out
        ("Berg", "van der", "berg"),
        ("van der Berg", None, "berg"),
        ("Van Der Berg", None, "berg"),
        ("Berg, van der", None, "berg"),
        ("Berg van der", None, "berg"),
        ("v.d. Berg", None, "berg"),
        ("v/d Berg", None, "berg"),
        ("vd Berg", None, "berg"),
        ("v d Berg", None, "berg"),
        ("BERG", "V.D.", "berg"),
        ("'t Hart", None, "hart"),
        ("’t Hart", None, "hart"),
        ("in 't Veld", None, "veld"),
        ("in ‘t Veld", None, "veld"),
        ("Veld", "in het", "veld"),
        ("'s-Gravesande", None, "gravesande"),
        ("d'Hondt", None, "hondt"),
        ("D’ Hondt", None, "hondt"),
        ("de l'Ecluse", None, "ecluse"),
        ("op den Brouw", None, "brouw"),
        ("uit de Weerd", None, "weerd"),
        ("El Amrani", None, "amrani"),
        ("el-Amrani", None, "amrani"),
        ("Al Hassan", None, "hassan"),
        ("Van", None, "van"),
        ("van den", None, "denvan"),
        ("den", "van", "denvan"),
        ("de Man", None, "man"),
        # married names: one's own is the last
        ("Jansen-de Vries", None, "vries"),
        ("Jansen - de Vries", None, "vries"),
        ("Jansen – de Vries", None, "vries"),
        ("van Dijk-Bakker", None, "bakker"),
        ("Dijk-Bakker", "van", "bakker"),
        ("Dijk-van den Bakker", "van", "bakker"),
        ("Jansen de Vries", None, "vries"),
        ("Jansen e/v de Vries", None, "vries"),
        ("Jansen geb. de Vries", None, "vries"),
        ("Jansen geboren Vries", None, "vries"),
        ("Jansen (de Vries)", None, "jansen"),
        # double names that are one
        ("Müller Thurgau", None, "mullerthurgau"),
        # diacritics, ij and y, letters of other alphabets
        ("IJsselstein", None, "ysselstein"),
        ("Ĳsselstein", None, "ysselstein"),
        ("Ysselstein", None, "ysselstein"),
        ("Dijkstra", None, "dykstra"),
        ("Müller", None, "muller"),
        ("Mu\u0308ller", None, "muller"),
        ("Groß", None, "gross"),
        ("Łukaszewicz", None, "lukaszewicz"),
        ("Şahin", None, "sahin"),
        ("İnönü", None, "inonu"),
        ("O'Brien", None, "obrien"),
        ("O`Brien", None, "obrien"),
        ("Þórsson", None, "thorsson"),
        ("Sørensen", None, "sorensen"),
        ("Čapek", None, "capek"),
        ("Nguyễn", None, "nguyen"),
        # nobody's name
        ("Onbekend", None, ""),
        ("N.N.", None, ""),
        ("NN man", None, ""),
        ("x", None, ""),
        ("", "van", ""),
        ("Иванов", None, ""),
    ],
)
def test_ones_own_surname(written: str, prefix: str | None, own: str) -> None:
    assert of(surname=written, prefix=prefix).surname == own


@pytest.mark.parametrize(
    ("written", "first", "initials"),
    [
        ("Anna Maria", "anna", "ab"),
        ("ANNA-MARIA", "anna", "ab"),
        ("Anna M.", "anna", "ab"),
        ("Anna (Anneke)", "anna", "ab"),
        ("Anna [Anneke]", "anna", "ab"),
        ("Zoë", "zoe", "bz"),
        ("D'Angelo", "dangelo", "bd"),
        ("Marijke", "maryke", "bm"),
        ("dhr. Jan", "jan", "bj"),
        ("Mevr. Anna", "anna", "ab"),
        ("dr Anna", "anna", "ab"),
        ("J.", "", "bj"),
        ("J.P.", "", "bj"),
        ("J. P.", "", "bj"),
        ("J P", "", "bj"),
        ("Th. J.", "", "bt"),
        ("Joh.", "", "bj"),
        ("Jo", "jo", "bj"),
        ("onbekend", "", ""),
        ("Baby", "", ""),
        ("Mevrouw", "", ""),
        ("N.N.", "", ""),
        ("Иван", "", ""),
    ],
)
def test_the_first_given_name_and_initials(written: str, first: str, initials: str) -> None:
    found = of(given_names=written, surname="Berg")
    assert (found.given, found.initials) == (first, initials)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mohammed", "Muhammad"),
        ("Mohamed", "Mohammad"),
        ("Youssef", "Yusuf"),
        ("Yusuf", "Joesoef"),
        ("Achmed", "Agmed"),
        ("Khalid", "Chalid"),
        ("Philip", "Filip"),
        ("Catharina", "Katarina"),
        ("Thijs", "Tijs"),
        ("Christiaan", "Gristiaan"),
        ("Wouter", "Wauter"),
        ("Vincent", "Fincent"),
        ("Sjors", "Shors"),
        ("Xander", "Ksander"),
        ("Jacques", "Jakues"),
        ("Meijer", "Meyer"),
        ("Meijer", "Maier"),
        ("Dijkstra", "Deykstra"),
        ("Schmidt", "Smit"),
        ("Smit", "Smidt"),
        ("Bosch", "Bos"),
        ("Schrijver", "Srijver"),
        ("de Groot", "de Grood"),
        ("Pietersen", "Peterssen"),
        ("Visser", "Fisser"),
        ("Zwart", "Swart"),
        ("Kuiper", "Kuyper"),
        ("Hendriks", "Hendrix"),
        ("Hendricks", "Hendriks"),
    ],
)
def test_what_sounds_alike(one: str, other: str) -> None:
    assert sound(of(surname=one).surname) == sound(of(surname=other).surname) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [("Bakker", "Dekker"), ("Jan", "Piet"), ("Jansen", "Janssens"), ("Mulder", "Muller"), ("Smit", "Smits")],
)
def test_what_does_not_sound_alike(one: str, other: str) -> None:
    assert sound(one.lower()) != sound(other.lower())


@pytest.mark.parametrize(
    ("written", "date", "year", "month"),
    [
        ("1980-05-17", "19800517", "1980", "05"),
        (" 1980-05-17 ", "19800517", "1980", "05"),
        ("19800517", "19800517", "1980", "05"),
        ("19800517.0", "19800517", "1980", "05"),
        ("1980/5/7", "19800507", "1980", "05"),
        ("17-05-1980", "19800517", "1980", "05"),
        ("17.5.1980", "19800517", "1980", "05"),
        ("1980-05-17T00:00:00", "19800517", "1980", "05"),
        ("1980-17-05", "19800517", "1980", "05"),  # can only have been exchanged
        ("1981-02-29", "19810229", "1981", "02"),  # on no calendar
        ("1900-05-17", "19000517", "1900", "05"),
        ("1980-01-01", "", "1980", ""),  # stands for "some day of 1980"
        ("1980-00-00", "", "1980", ""),
        ("1980-05-00", "", "1980", "05"),
        ("1980-00-17", "", "1980", ""),
        ("1980", "", "1980", ""),
        ("1980-05", "", "1980", "05"),
        ("1900-01-01", "", "", ""),
        ("1900", "", "", ""),
        ("9999-12-31", "", "", ""),
        ("0001-01-01", "", "", ""),
        ("17-05-80", "", "", ""),
        ("onbekend", "", "", ""),
    ],
)
def test_birth_dates(written: str, date: str, year: str, month: str) -> None:
    found = of(birth_date=written)
    assert (found.date, found.year) == (date, year)
    assert found.year_month == (year + month if month else "")


@pytest.mark.parametrize(
    ("one", "other"), [("1980-05-06", "1980-06-05"), ("1980-05-17", "1908-05-17"), ("1975-03-12", "1975-03-21")]
)
def test_exchanged_digits_keep_the_sorted_date(one: str, other: str) -> None:
    assert of(birth_date=one).date_digits == of(birth_date=other).date_digits


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("Kerkstraat", "kerk"),
        ("KERKSTR.", "kerk"),
        ("Burg. van den Bergstr.", "berg"),
        ("Burgemeester van den Bergstraat", "berg"),
        ("Dr. Schaepmanlaan", "scha"),
        ("Doctor Schaepmanlaan", "scha"),
        ("Prof. dr. Lorentzlaan", "lore"),
        ("Prins Bernhardplein", "bern"),
        ("Pr. Bernhardplein", "bern"),
        ("St. Jansweg", "jans"),
        ("Sint Jansweg", "jans"),
        ("'t Zand", "zand"),
        ("Het Zand", "zand"),
        ("1e Oosterparkstraat", "eers"),
        ("Eerste Oosterparkstraat", "eers"),
        ("onbekend", ""),
        ("12", ""),
    ],
)
def test_streets(written: str, form: str) -> None:
    assert of(street=written).street == form


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("Almere", "alme"),
        ("ALMERE ", "alme"),
        ("'s-Gravenhage", "haag"),
        ("s Gravenhage", "haag"),
        ("Den Haag", "haag"),
        ("'s-Hertogenbosch", "bosc"),
        ("Den Bosch", "bosc"),
        ("Alphen aan den Rijn", "alph"),
        ("Alphen a/d Rijn", "alph"),
        ("Bergen (NH)", "berg"),
    ],
)
def test_cities(written: str, form: str) -> None:
    assert of(city=written).city == form


@pytest.mark.parametrize(
    ("suffix", "number"), [("b", 12), ("B.", 12), ("bis", 12), ("-2", 12), ("II", 12), ("hs", 12), (None, 12)]
)
def test_an_addition_to_the_house_number_does_not_tell_people_apart(suffix: str | None, number: int) -> None:
    assert of(house_number=number, house_number_suffix=suffix).number == "12"


@pytest.mark.parametrize(
    ("written", "home", "abroad"),
    [
        ("1315AB", "1315AB", "1315AB"),
        ("1315 ab", "1315AB", "1315AB"),
        ("NL-1315 AB", "1315AB", "1315AB"),
        ("1315", "", "1315"),
        ("2602.0", "", "2602"),
        ("SW1A 1AA", "", "SW1A1AA"),
        ("1111AA", "", "1111AA"),
        ("0000", "", ""),
        ("geheel onbekend", "", ""),
    ],
)
def test_postcodes_at_home_and_abroad(written: str, home: str, abroad: str) -> None:
    person = Person(postcode=written)
    assert (parts(person)[0].postcode, parts(person, foreign=True)[0].postcode) == (home, abroad)


def test_every_kind_takes_parts_that_there_are_and_no_part_alone_but_a_number() -> None:
    assert all(set(kind.fields) <= set(Parts._fields) for kind in V2.kinds)
    assert all(len(kind.fields) > 1 for kind in V2.kinds[2:])
    assert len({kind.number for kind in V2.kinds}) == len({kind.name for kind in V2.kinds}) == V2.points


def test_two_epochs_of_all_tokens_fit_in_a_seal_beside_the_longest_details() -> None:
    tokens = [(kind.number, bytes(16)) for kind in V2.kinds]
    assert len(pack(Contents({1: tokens, 2: tokens}, b"{" + b" " * 90 + b"}"))) == PLAINTEXT_BYTES


def test_a_value_that_cannot_be_used_is_said_without_showing_it() -> None:
    found, notes = parts(Person(birth_date="17-05-80", bsn="245216572", postcode="geen idee", street="x" * 300))
    assert {note.field for note in notes} == {"birthDate", "bsn", "postcode", "street"} and not any(found)
    assert not any(value in note.rule for note in notes for value in ("80", "245216572", "idee"))


words = st.none() | st.text(max_size=20)
people = st.builds(
    Person, given_names=words, prefix=words, surname=words, birth_date=words | st.dates().map(str), postcode=words,
    house_number=st.none() | st.integers(), street=words, city=words,
)  # fmt: skip


@given(people, st.booleans())
def test_anything_has_parts_and_texts_of_one_form(person: Person, foreign: bool) -> None:
    found, _ = parts(person, foreign=foreign)
    for kind, text in inputs_of(found, "ggz", V2):
        assert text.startswith(b"v2|") and kind > 9 and text.isascii()
