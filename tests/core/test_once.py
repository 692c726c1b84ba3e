"""A walk over many records reads what does not change once; the next walk, and everybody outside, reads it anew."""

import pytest

from portal.core.once import once, reading_once


@pytest.fixture
def asked():
    return []


@pytest.fixture
def double(asked):
    @once
    def double(number: int) -> int:
        asked.append(number)
        return number * 2

    return double


def test_outside_a_walk_each_question_is_asked_again(double, asked):
    assert [double(1), double(1)] == [2, 2] and asked == [1, 1]


def test_inside_a_walk_each_question_is_asked_once(double, asked):
    with reading_once():
        assert [double(1), double(2), double(1)] == [2, 4, 2]
    assert asked == [1, 2]


def test_the_next_walk_asks_anew(double, asked):
    for _walk in range(2):
        with reading_once():
            double(1)
    assert asked == [1, 1]


def test_a_walk_inside_a_walk_is_part_of_it(double, asked):
    with reading_once():
        double(1)
        with reading_once():
            double(1)
        double(1)
    assert asked == [1]


def test_a_walk_that_fails_forgets_as_well(double, asked):
    with pytest.raises(ZeroDivisionError), reading_once():
        double(1 // 0 if double(1) else 1)
    double(1)
    assert asked == [1, 1]
