"""Instants and days: what is read of a text is what the standard library reads."""

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import many

import casualties as cas
from casualties.model import clocks

marks = st.sampled_from([*"0123456789-T :+Z.", "\0", "é"])
stamps = st.builds(
    lambda y, mo, d, sep, h, mi, s, zone: (
        f"{y:04d}-{mo:02d}-{d:02d}" + (f"{sep}{h:02d}:{mi:02d}" + s + zone if sep else "")
    ),
    st.sampled_from([1, 1600, 1677, 1678, 1900, 2000, 2021, 2024, 2261, 2262, 9999]),
    st.integers(0, 13),
    st.integers(0, 32),
    st.sampled_from(["", "T", " ", "t"]),
    st.integers(0, 25),
    st.sampled_from([0, 1, 30, 59, 60]),
    st.sampled_from(["", ":00", ":59", ":60", ":07.5"]),
    st.sampled_from(["", "Z", "+04:00", "-03:30", "+14:00", "+24:00", "+00:60", "+4:00", "z"]),
)


@st.composite
def nearly(draw):
    """A moment with one character changed, cut off or put in."""
    text = draw(stamps)
    place = draw(st.integers(0, len(text)))
    kept = text[place + draw(st.integers(0, 1)) :]
    return text[:place] + draw(st.one_of(st.just(""), marks)) + kept


@many(600)
@given(
    st.lists(st.one_of(stamps, nearly()), max_size=4),
    st.sampled_from(["UTC", "Asia/Yerevan", "America/New_York"]),
)
def test_a_text_is_read_as_the_standard_library_reads_it_or_told_why_not(texts, tz):
    for days in (False, True):
        for text, read in zip(texts, clocks.read_iso(texts, tz, days=days), strict=True):
            if np.isnat(read):
                assert clocks.why_not(text, tz, days=days)
                continue
            if text < "1902" and not days:  # local mean time, which older pandas rounds
                continue
            said = dt.datetime.fromisoformat(text.replace(" +", "+").replace(" -", "-"))
            if days or len(text) == 10:
                assert (said.tzinfo, said.time()) == (None, dt.time(0))
            if len(text) == 10 and not days:
                said = said.replace(hour=23, minute=59, second=59)
            if not days:
                said = said.replace(tzinfo=said.tzinfo or ZoneInfo(tz)).astimezone(dt.UTC)
            assert read == np.datetime64(said.replace(tzinfo=None)), text


@pytest.mark.parametrize(
    ("tz", "day"),
    [("Africa/Cairo", "2024-04-26"), ("Asia/Beirut", "2024-03-31"), ("Asia/Tehran", "2022-03-22"),
     ("America/Havana", "2024-03-10"), ("America/Havana", "2024-11-03"),
     ("America/Santiago", "2024-09-08"), ("America/Asuncion", "2023-10-01")],
)  # fmt: skip
def test_days_that_begin_or_end_where_the_clocks_change_can_be_told(tz, day):
    eve = str(np.datetime64(day) - np.timedelta64(1, "D"))
    for when in (f"{day} 10:00", day, eve):
        ledger = cas.Ledger([{"value": 5, "reported_at": when}], tz=tz, source="M", kind="total")
        assert when[:10] in repr(ledger)
        assert "5 killed" in str(ledger.explain())
        assert ("the end of" in repr(ledger)) == (len(when) == 10)


@pytest.mark.parametrize(
    ("text", "utc"),
    [("2024-02-29", "2024-02-29T19:59:59"), ("2024-02-29T10:00", "2024-02-29T06:00"),
     ("2024-02-29 10:00:07", "2024-02-29T06:00:07"),
     ("2024-02-29T10:00:07Z", "2024-02-29T10:00:07"),
     ("2024-02-29T10:00 +04:00", "2024-02-29T06:00"), ("2024-02-29T10:00+0400", "2024-02-29T06:00"),
     ("2024-02-29 10:00:07-03:30", "2024-02-29T13:30:07"),
     ("2024-02-29T10:00+04", "2024-02-29T06:00"),
     ("2024-02-29 10:00:07.25", "2024-02-29T06:00:07.25")],
)  # fmt: skip
def test_the_common_layouts_are_read(text, utc):
    assert clocks.read_iso([text], "Asia/Yerevan", days=False)[0] == np.datetime64(utc)


def test_a_midnight_that_is_asked_of_is_the_day_that_it_is_in_a_report():
    midnight = pd.Timestamp("2024-01-02")
    ledger = cas.Ledger([{"value": 5, "reported_at": midnight}], source="M", kind="total")
    assert len(ledger.as_of(midnight)) == len(ledger.as_of("2024-01-02")) == 1
    assert len(ledger.as_of(ledger.reports["period_end"].iloc[0])) == 1
    assert len(ledger.as_of("2024-01-02 00:00")) == 0, "a text with a time is that instant"
    assert len(ledger.as_of(midnight.tz_localize("UTC"))) == 0
