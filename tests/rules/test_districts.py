"""The nine counties of Yuxi are found however people write them, and neighbor both ways."""

import pytest

from handlers.rules.districts import CITY, DISTRICTS, NEIGHBORS, SHORT_NAMES, find_district, neighbors, short_name


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("红塔", "530402"),
        (" 红塔区 ", "530402"),
        ("玉溪市红塔区", "530402"),
        ("云南省玉溪市通海县", "530423"),
        ("峨山县", "530426"),
        ("峨山彝族自治县", "530426"),
        ("元江", "530428"),
        ("530481", "530481"),
        ("澄江县", "530481"),
        ("530422", "530481"),
        ("530421", "530403"),
    ],
)
def test_a_county_is_found_however_it_is_written(text, code):
    assert find_district(text) == code


@pytest.mark.parametrize("text", ["", "玉溪市", "530400", "五华区", "红", "530401"])
def test_what_is_no_county_of_yuxi_is_not_guessed(text):
    assert find_district(text) is None


def test_every_name_leads_back_to_its_code():
    assert len(DISTRICTS) == 9
    for code in DISTRICTS:
        assert find_district(DISTRICTS[code]) == find_district(SHORT_NAMES[code]) == find_district(short_name(code)) == code


def test_neighbors_are_mutual_and_nobody_neighbors_itself():
    assert len(NEIGHBORS) == 12
    for code in DISTRICTS:
        assert code not in neighbors(code)
        assert all(code in neighbors(other) for other in neighbors(code))


def test_the_two_counties_with_one_neighbor_are_known():
    assert neighbors("530428") == ("530427",)
    assert neighbors("530425") == ("530426",)


def test_the_city_is_no_county():
    with pytest.raises(KeyError):
        neighbors(CITY)
