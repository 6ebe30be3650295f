"""The search among thousands of institutions: abbreviations, initials, other languages, cities, typos."""

import pytest

from bot.mobility.institution_index import InstitutionIndex, InstitutionName, says_nothing

NAMES = [
    ("polito", "POLITECNICO DI TORINO", "TORINO"),
    ("unito", "UNIVERSITA DEGLI STUDI DI TORINO", "TORINO"),
    ("polimi", "POLITECNICO DI MILANO", "MILANO"),
    ("tum", "TECHNISCHE UNIVERSITAET MUENCHEN", "MUENCHEN"),
    ("lmu", "LUDWIG-MAXIMILIANS-UNIVERSITAET MUENCHEN", "MUENCHEN"),
    ("pw", "POLITECHNIKA WARSZAWSKA", "WARSZAWA"),
    ("uw", "UNIWERSYTET WARSZAWSKI", "WARSZAWA"),
    ("kth", "KUNGLIGA TEKNISKA HOEGSKOLAN", "STOCKHOLM"),
    ("porto", "UNIVERSIDADE DO PORTO", "PORTO"),
    ("ipp", "INSTITUTO POLITECNICO DO PORTO", "PORTO"),
    ("x", "ECOLE POLYTECHNIQUE", "PALAISEAU"),
    ("helsinki", "HELSINGIN YLIOPISTO", "HELSINGIN YLIOPISTO"),
    ("bme", "BUDAPESTI MUSZAKI ES GAZDASAGTUDOMANYI EGYETEM", "BUDAPEST"),
    ("taide", "TAIDEYLIOPISTO", "HELSINKI"),
    ("wub", "WARSAW UNIVERSITY OF BUSINESS", "WARSZAWA"),
    ("vern", "SVEUCILISTE VERN", "ZAGREB"),
    ("unizg", "SVEUCILISTE U ZAGREBU", "ZAGREB"),
    ("elte", "EOTVOS LORAND TUDOMANYEGYETEM", "BUDAPEST"),
    ("nwpu", "西北工业大学", "XI'AN"),
    ("ntu", "NORWEGIAN UNIVERSITY OF SCIENCE AND TECHNOLOGY", "TRONDHEIM"),
]


@pytest.fixture(scope="module")
def index():
    return InstitutionIndex(InstitutionName(*name) for name in NAMES)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("politecnico torino", "polito"),
        ("poli torino", "polito"),
        ("polytechnic turin", "polito"),
        ("universita torino", "unito"),
        ("polytecnic milan", "polimi"),
        ("tu munich", "tum"),
        ("tum", "tum"),
        ("lmu munich", "lmu"),
        ("university zagreb", "unizg"),
        ("university helsinki", "helsinki"),
        ("budapest university technology", "bme"),
        ("warsaw university technology", "pw"),
        ("university warsaw", "uw"),
        ("kth stockholm", "kth"),
        ("univ porto", "porto"),
        ("norwegian univercity of science", "ntu"),
    ],
)
def test_the_best_is_the_one_that_is_meant(index, written, code):
    assert index.search(written.split())[0].code == code


@pytest.mark.parametrize("written", ["university", "hogwarts", "ecole polytechnique tunis", "", "school of magic"])
def test_what_is_not_there_is_not_found(index, written):
    assert index.search(written.split()) == ()


def test_a_city_alone_leaves_the_choice(index):
    assert {match.code for match in index.search(["turin"])} == {"polito", "unito"}


def test_a_name_in_another_script_is_found_as_written(index):
    assert [match.code for match in index.find_native("与西北工业大学有协议吗")] == ["nwpu"]


def test_words_that_every_institution_bears_say_nothing():
    assert says_nothing("universidad")
    assert not says_nothing("politecnico")


@pytest.mark.parametrize(("written", "code"), [("polito", "torino"), ("PoliMi", "milano")])
def test_italian_blends_stand_for_a_polytechnic_and_its_city(written, code):
    names = [InstitutionName("torino", "Politecnico di Torino"), InstitutionName("milano", "Politecnico di Milano")]
    found = InstitutionIndex(names).search([written.lower()])
    assert found[0].code == code
    assert len(found) == 1
