"""The sample bureau: complete, valid, the same every time, and able to show what the stories need."""

from collections import Counter
from datetime import date

import pytest

from bot.demo.organization import BUREAUS, MARKET_SECTION, PEOPLE, SECTIONS
from bot.demo.registers import accounts, everybody, target_rows, write_registers
from handlers.documents.registers import read_inspectors, read_items, read_targets
from handlers.rules import credit_codes
from handlers.rules.districts import CITY, DISTRICTS
from storage.vocabulary import CreditClass, Role, TargetStatus

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def registers(tmp_path_factory):
    paths = write_registers(tmp_path_factory.mktemp("registers"))
    readers = {"items": read_items, "targets": read_targets, "inspectors": read_inspectors}
    return {name: read(paths[name].read_bytes(), TODAY) for name, read in readers.items()}


def test_the_samples_pass_their_own_import(registers):
    assert [reading.errors for reading in registers.values()] == [(), (), ()]
    assert len(registers["items"].entries) == 33
    assert len(registers["targets"].entries) >= 3200
    assert len(registers["inspectors"].entries) >= 90


def test_the_samples_are_the_same_every_time():
    assert target_rows() == target_rows()


def test_all_codes_are_valid_and_unique(registers):
    codes = [target.code for target in registers["targets"].entries]
    assert len(set(codes)) == len(codes)
    assert all(credit_codes.fault(code) is None for code in codes if not credit_codes.is_legacy(code))
    assert 0 < sum(map(credit_codes.is_legacy, codes)) < 50


def test_names_are_unique_and_every_category_has_its_targets(registers):
    targets = registers["targets"].entries
    assert len({target.name for target in targets}) == len(targets)
    assert {item.target_category for item in registers["items"].entries} == {target.category for target in targets}


def test_the_nine_counties_are_covered_and_the_filling_stations_suffice(registers):
    stations = Counter(target.district for target in registers["targets"].entries if target.category == "成品油零售企业")
    assert set(stations) == set(DISTRICTS)
    assert sum(stations.values()) == 420
    assert stations["530402"] >= 60


def test_classes_and_states_are_mixed(registers):
    targets = registers["targets"].entries
    share = {word: sum(target.credit_class is word for target in targets) / len(targets) for word in CreditClass}
    assert share == pytest.approx({CreditClass.A: 0.55, CreditClass.B: 0.28, CreditClass.C: 0.12, CreditClass.D: 0.05}, abs=0.03)
    assert {target.status for target in targets} == set(TargetStatus) - {TargetStatus.UNREGISTERED}  # in no register, by its name
    assert any(target.license_until and target.license_until < TODAY for target in targets)


@pytest.mark.parametrize(("word", "count"), [("成品油零售", 1), ("拍卖", 1), ("预付卡", 5), ("二手车", 3)])
def test_words_find_the_items_that_the_stories_expect(registers, word, count):
    assert sum(word in item.name for item in registers["items"].entries) == count


def test_items_have_guides_and_some_may_not_be_drawn(registers):
    items = registers["items"].entries
    assert all(4 <= len(item.content) <= 6 for item in items)
    assert {item.section for item in items} < set(SECTIONS)
    assert {item.number for item in items if not item.legal_basis} == {"SW-015", "SW-018", "SW-019", "SW-023", "SW-026"}
    assert all(item.legal_basis for item in items if item.disclosed_on)
    assert next(item.ratio_cap for item in items if item.number == "SW-017") == "30%"


def test_every_county_has_certified_inspectors_for_every_specialty(registers):
    certified = [inspector for inspector in registers["inspectors"].entries if inspector.certificate_no]
    assert len(certified) < len(registers["inspectors"].entries)
    assert all(date(2027, 1, 1) <= inspector.certificate_until <= date(2029, 12, 31) for inspector in certified)
    specialties = {item.specialty for item in registers["items"].entries}
    for county in DISTRICTS:
        local = [inspector for inspector in certified if county in inspector.districts]
        assert sum(len(inspector.districts) < len(DISTRICTS) for inspector in local) >= 6
        known = Counter(specialty for inspector in local for specialty in inspector.specialties)
        assert {specialty for specialty in specialties if known[specialty] < 2} == ({"拍卖"} if county == "530428" else set())


def test_the_people_are_distinct_and_every_inspector_has_an_account(registers):
    people = everybody()
    for field in ("account", "mobile", "name"):
        assert len({getattr(person, field) for person in people}) == len(people)
    assert all(person.account.isascii() for person in people)
    by_account = {person.account: person for person in people}
    for inspector in registers["inspectors"].entries:
        person = by_account[accounts()[inspector.staff_number]]
        assert (person.name, person.mobile) == (inspector.name, inspector.mobile)
        assert person.roles == (Role.INSPECTOR,)


def test_the_bureau_has_everybody_whom_the_rules_need():
    assert [bureau.code for bureau in BUREAUS] == [CITY, *DISTRICTS]
    assert PEOPLE[0].section == PEOPLE[1].section == MARKET_SECTION
    assert (PEOPLE[0].roles, PEOPLE[1].roles) == ((Role.CHIEF,), (Role.OFFICER,))
    roles = Counter((person.bureau, role) for person in PEOPLE for role in person.roles)
    assert (roles[CITY, Role.LEADER], roles[CITY, Role.WITNESS], roles[CITY, Role.ADMIN]) == (2, 2, 1)
    assert all(roles[county, Role.CHIEF] == roles[county, Role.OFFICER] == 1 for county in DISTRICTS)
