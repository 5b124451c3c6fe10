"""What people write in many ways is one spelling; what means "not known" makes no token and says so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vangnet_pseudonym import placeholders
from vangnet_pseudonym.canonical import RULES, Canonical, canonical, eleven_test
from vangnet_pseudonym.identity import Person
from vangnet_pseudonym.scheme import V1, inputs_of, token_inputs

NOTHING = ""


@pytest.mark.parametrize(
    ("written", "prefix", "form"),
    [
        ("Berg", None, "berg"),
        ("BERG", "VAN DER", "berg"),
        ("van der Berg", None, "berg"),
        ("Berg, van der", None, "berg"),
        ("Berg van der", None, "berg"),
        ("v.d. Berg", None, "berg"),
        ("v/d Berg", None, "berg"),
        ("vd Berg", None, "berg"),
        ("Berg", "v.d.", "berg"),
        ("'t Hart", None, "hart"),
        ("’t Hart", None, "hart"),
        ("Hart", "'t", "hart"),
        ("in 't Veld", None, "veld"),
        ("'s-Gravesande", None, "gravesande"),
        ("d'Hondt", None, "hondt"),
        ("D’Hondt", None, "hondt"),
        ("O'Brien", None, "obrien"),
        ("O`Brien", None, "obrien"),
        ("IJsselstein", None, "ysselstein"),
        ("Ijsselstein", None, "ysselstein"),
        ("Ĳsselstein", None, "ysselstein"),
        ("Ysselstein", None, "ysselstein"),
        ("Ÿsselstein", None, "ysselstein"),
        ("Dijkstra", None, "dykstra"),
        ("Müller", None, "muller"),
        ("Mu\u0308ller", None, "muller"),
        ("Groß", None, "gross"),
        ("Łukaszewicz", None, "lukaszewicz"),
        ("Şahin", None, "sahin"),
        ("İnönü", None, "inonu"),
        ("Jansen-de Vries", None, "jansen vries"),
        ("Jansen - de Vries", None, "jansen vries"),
        ("Jansen de Vries", None, "jansen vries"),
        ("  Jansen \t Vries ", None, "jansen vries"),
        ("de Man", None, "man"),
        ("Man", None, "man"),
        ("van Geen", None, "geen"),
        ("Van", None, "van"),
        ("van den", None, "den van"),
        ("den", "van", "den van"),
        ("Baby", None, "baby"),
        ("El Amrani", None, "amrani"),
        ("", "van", NOTHING),
        ("   ", None, NOTHING),
    ],
)
def test_a_surname_has_one_spelling(written: str, prefix: str | None, form: str) -> None:
    found = canonical(Person(surname=written, prefix=prefix))
    assert (found.surname, found.notes) == (form, ())


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("Anna Maria", "anna maria"),
        ("ANNA-MARIA", "anna maria"),
        ("Johannes (Jan)", "johannes"),
        ("Zoë", "zoe"),
        ("D'Angelo", "dangelo"),
        ("Marijke", "maryke"),
        ("Anna M.", "anna m"),
    ],
)
def test_given_names_have_one_spelling(written: str, form: str) -> None:
    found = canonical(Person(given_names=written))
    assert (found.given_names, found.notes) == (form, ())


@pytest.mark.parametrize(
    ("field", "value", "form"),
    [
        ("bsn", "245216571", "245216571"),
        ("bsn", "2452.16.571", "245216571"),
        ("bsn", "245 216 571", "245216571"),
        ("bsn", "245-216-571", "245216571"),
        ("bsn", "41668881", "041668881"),
        ("client_number", " C-5512\t", "C-5512"),
        ("client_number", "C  55\u00a012", "C 55 12"),
        ("client_number", "c-5512", "c-5512"),
        ("client_number", "C5512", "C5512"),
        ("client_number", "0012", "0012"),
        ("birth_date", "1980-05-17", "1980-05-17"),
        ("birth_date", "1980-01-01", "1980-01-01"),
        ("birth_date", " 2000-02-29 ", "2000-02-29"),
        ("postcode", "1315AB", "1315AB"),
        ("postcode", "1315 ab", "1315AB"),
        ("postcode", " 13 15 aB", "1315AB"),
        ("house_number", 12, "12"),
        ("house_number", 99_999, "99999"),
    ],
)
def test_numbers_dates_and_postcodes_have_one_spelling(field: str, value: str | int, form: str) -> None:
    found = canonical(Person(**{field: value}))
    assert (getattr(found, field), found.notes) == (form, ())


@pytest.mark.parametrize(
    ("suffix", "form"), [("b", "12-B"), (" B.", "12-B"), ("bis", "12-BIS"), ("2", "12-2"), ("-", "12"), ("", "12")]
)
def test_a_house_number_keeps_its_suffix_apart(suffix: str, form: str) -> None:
    assert canonical(Person(house_number=12, house_number_suffix=suffix)).house_number == form


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("bsn", "000000000"),
        ("bsn", "00000000"),
        ("bsn", "999999999"),
        ("bsn", "111111110"),
        ("bsn", "123456782"),
        ("bsn", "999999990"),
        ("bsn", "245216572"),
        ("bsn", "1234567"),
        ("bsn", "24521657١"),
        ("bsn", "onbekend"),
        ("client_number", "0"),
        ("client_number", "00000"),
        ("client_number", "99999"),
        ("client_number", "-"),
        ("client_number", "Onbekend"),
        ("client_number", "n.v.t."),
        ("given_names", "onbekend"),
        ("given_names", "NN"),
        ("given_names", "N.N."),
        ("given_names", "Mevrouw"),
        ("given_names", "baby"),
        ("given_names", "J."),
        ("given_names", "J.P."),
        ("given_names", "Иван"),
        ("given_names", "(Jan)"),
        ("surname", "Onbekend"),
        ("surname", "ONBEKENDE MAN"),
        ("surname", "NN"),
        ("surname", "N.N."),
        ("surname", "N.N. man"),
        ("surname", "n.v.t."),
        ("surname", "geen"),
        ("surname", "Niet bekend"),
        ("surname", "niet van toepassing"),
        ("surname", "X"),
        ("surname", "xxx"),
        ("surname", "unknown"),
        ("surname", "???"),
        ("surname", "x" * 201),
        ("surname", "Jan\ud800sen"),
        ("birth_date", "1900-01-01"),
        ("birth_date", "1900-12-31"),
        ("birth_date", "0001-01-01"),
        ("birth_date", "9999-12-31"),
        ("birth_date", "2001-02-29"),
        ("birth_date", "17-05-1980"),
        ("birth_date", "19800517"),
        ("birth_date", "1980-W20-6"),
        ("postcode", "0000AA"),
        ("postcode", "1111 AA"),
        ("postcode", "9999ZZ"),
        ("postcode", "9999XX"),
        ("postcode", "1315"),
        ("postcode", "B-9000"),
        ("house_number", 0),
        ("house_number", -1),
        ("house_number", 100_000),
    ],
)
def test_what_is_not_known_makes_no_token_and_says_so(field: str, value: str | int) -> None:
    found = canonical(Person(**{field: value}))
    assert getattr(found, field) == NOTHING
    (note,) = found.notes
    assert note.field.lower() == field.replace("_", "") and note.rule and str(value) not in note.rule


def test_who_is_not_known_at_all_gives_nothing() -> None:
    found = canonical(Person())
    assert set(found[:-1]) == {NOTHING} and found.notes == ()
    assert token_inputs(Person(sex="v", street="Kerkstraat", city="Almere"), "politie", V1) == []


def test_every_field_of_the_form_has_a_rule_and_every_kind_takes_fields_of_the_form() -> None:
    assert (*RULES, "notes") == Canonical._fields
    assert all(set(kind.fields) <= set(RULES) for kind in V1.kinds)
    assert len({kind.number for kind in V1.kinds}) == len(V1.kinds) == V1.points


def test_placeholders_for_a_citizen_number_pass_the_test_that_forms_make() -> None:
    assert all(eleven_test(number) for number in placeholders.BSN)


people = st.builds(
    Person,
    bsn=st.none() | st.text(max_size=12),
    given_names=st.none() | st.text(max_size=20),
    prefix=st.none() | st.text(max_size=8),
    surname=st.none() | st.text(max_size=20),
    birth_date=st.none() | st.dates().map(str) | st.text(max_size=12),
    client_number=st.none() | st.text(max_size=20),
    postcode=st.none() | st.from_regex(r"[0-9]{4} ?[A-Za-z]{2}", fullmatch=True) | st.text(max_size=8),
    house_number=st.none() | st.integers(),
    house_number_suffix=st.none() | st.text(max_size=5),
)


@given(people)
def test_anything_has_a_form_and_the_form_is_its_own_form(person: Person) -> None:
    form = canonical(person)
    number, _, suffix = form.house_number.partition("-")
    again = canonical(
        Person(
            bsn=form.bsn,
            client_number=form.client_number,
            given_names=form.given_names,
            surname=form.surname,
            birth_date=form.birth_date,
            postcode=form.postcode,
            house_number=int(number) if number else None,
            house_number_suffix=suffix,
        )
    )
    assert again[:-1] == form[:-1] and again.notes == ()


def decoded(text: str) -> list[str]:
    """The parts that a token input was made of."""
    parts, at = [""], iter(text)
    for c in at:
        if c == "|":
            parts.append("")
        else:
            parts[-1] += next(at) if c == "\\" else c
    return parts


@given(st.text(max_size=12), st.text(max_size=12))
def test_the_parts_can_be_told_from_the_text(partner: str, client: str) -> None:
    form = Canonical(*[""] * 7, ())._replace(client_number=client, bsn="245216571")
    for kind, text in inputs_of(form, partner, V1):
        expected = {1: ["v1", "bsn", "245216571"], 2: ["v1", "client", partner, client]}
        assert decoded(text.decode("utf-8", "surrogatepass")) == expected[kind]


def test_a_client_number_never_matches_across_partners() -> None:
    person = Person(client_number="C-1", bsn="245216571")
    ours, theirs = token_inputs(person, "ggz", V1), token_inputs(person, "wonen", V1)
    assert [mine == other for mine, other in zip(ours, theirs, strict=True)] == [True, False]


def test_a_person_never_shows_in_a_text_about_it() -> None:
    assert "245216571" not in repr(Person(bsn="245216571")) + str(Person(bsn="245216571"))
