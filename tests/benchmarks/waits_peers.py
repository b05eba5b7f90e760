"""What people wait for in pandas, DuckDB and Polars, written as well as one would for that alone.

Each holds tables of complete reports. The peers may rely on what the library may not: each day has
one kind of count, days are reported in their order, and only totals are reported again. Of a new
report they check what the whole table is needed for: that its name is new, and that the report
which it revises is there and not later.
"""

import json

import pandas as pd

DATES = ["period_start", "period_end", "reported_at"]
COUNTS = ["value", "low", "high"]
SERIES = ["event", "side", "category", "outcome", "definition", "source"]
TEXTS = [
    "report_id", *SERIES, "via", "kind", "qualifier", "action", "refers_to", "reason", "url",
    "note",
    "quote", "archived",
]  # fmt: skip


def correction(size, old, value, when):
    """What a report that revises an `old` one says for itself, of as many reports."""
    return {
        "report_id": f"r{size + 1}", "value": value, "qualifier": "exact", "low": value,
        "high": value, "reported_at": when, "action": "revise", "refers_to": old, "reason": "",
        "url": "", "note": "", "quote": "", "archived": "",
    }  # fmt: skip


class Pandas:
    """Whole columns, group-wise windows."""

    def __init__(self, *tables):
        self.tables = tables

    def same(self):
        one, other = self.tables
        return one.equals(other)

    def _longer(self, more):
        r = self.tables[0]
        if r["report_id"].isin(more["report_id"]).any():
            raise ValueError(more["report_id"])
        return pd.concat([r, more], ignore_index=True)

    def append(self, row):
        return self._longer(pd.DataFrame([row]).astype(self.tables[0].dtypes))

    def revise(self, old, value, when):
        r = self.tables[0]
        found = r[r["report_id"] == old]
        if len(found) != 1 or (found["reported_at"] > when).any():
            raise ValueError(old)
        return self._longer(found.assign(**correction(len(r), old, value, when)).astype(r.dtypes))

    def to_csv(self, path):
        self.tables[0].to_csv(path, index=False)
        return path

    def to_json(self, path):
        self.tables[0].to_json(path, orient="records", date_format="iso")
        return path

    @staticmethod
    def read_json(path):
        r = pd.DataFrame(json.loads(path.read_text(encoding="utf-8")))
        return r.assign(**{column: pd.to_datetime(r[column]) for column in DATES})

    def history(self):
        r = self.tables[0].sort_values("reported_at", kind="stable")
        total = r.groupby((r["kind"] == "total").cumsum())["value"].cumsum()
        return r.assign(total=total)[["reported_at", "period_end", "total"]]

    def vintages(self):
        r = self.tables[0].astype({"value": float})
        wide = r.pivot(index="reported_at", columns="period_end", values="value")
        return wide.ffill().T

    def mixed_vintages(self):
        r = self.tables[0]
        since = (r.set_index("period_end")["kind"] == "total").sort_index().cumsum()
        return self.vintages().groupby(since).cumsum()

    def tally(self):
        wide = self.tables[0].pivot(index="period_end", columns="side", values="value")
        return wide.ffill().sum(axis=1).rename("total").reset_index()

    def falls(self):
        r = self.tables[0].sort_values("period_end", kind="stable")
        before = r.groupby(SERIES, observed=True)["value"].shift()
        found = r.assign(expected=before)[r["value"] < before]
        return found[["event", "period_end", "value", "expected"]]


#: Since which total each report counts.
SINCE = """
with s as (
    select *, count(*) filter (kind = 'total') over (order by reported_at) as since from r
)
"""
HISTORY = """
select reported_at, period_end,
    sum(value) over (partition by since order by reported_at) as total
from s
"""
VINTAGES = """
select reported_at,
    last_value(columns(* exclude reported_at) ignore nulls) over (order by reported_at)
from (
    pivot (select period_end, reported_at, value from r)
    on period_end using first(value) group by reported_at
)
order by reported_at
"""
MIXED = """
select e.reported_at, s.period_end,
    sum(s.value) over (partition by e.reported_at, s.since order by s.period_end) as total
from (select distinct reported_at from r) e join s on s.reported_at <= e.reported_at
"""
TALLY = """
with steps as (
    select period_end,
        value - lag(value, 1, 0) over (partition by side order by period_end) as step
    from r
)
select period_end, sum(sum(step)) over (order by period_end) as total from steps
group by period_end order by period_end
"""
FALLS = """
select event, period_end, value, lag(value) over (partition by {} order by period_end) as expected
from r qualify value < expected
"""


class DuckDB:
    """SQL windows over in-memory tables; what is appended changes the table itself."""

    def __init__(self, *tables):
        import duckdb

        self.base = duckdb.connect()
        self.base.execute("set timezone = 'UTC'; set pivot_limit = 1_000_000")
        for name, table in zip("rs", tables, strict=False):
            self.base.register("input", table)
            days = "period_start::date as period_start, period_end::date as period_end"
            self.base.execute(f"create table {name} as select * replace ({days}) from input")
        self.longer = False

    def same(self):
        query = "select count(*) from r positional join s where r is distinct from s"
        return self.base.execute(query).fetchone() == (0,)

    def _begin(self):
        """Take out what was inserted the last time, and return the number of reports."""
        if self.longer:
            self.base.execute("rollback")
        self.base.execute("begin")
        self.longer = True
        return self.base.execute("select count(*) from r").fetchone()[0]

    def _insert(self, query, given):
        query += " and not exists (select 1 from r where report_id = $report_id)"
        if self.base.execute("insert into r by name " + query, given).fetchone() != (1,):
            raise ValueError(given)
        return self.base.table("r")

    def append(self, row):
        self._begin()
        cells = ", ".join(f"${column} as {column}" for column in row)
        return self._insert(f"select {cells} where true", row)

    def revise(self, old, value, when):
        row = correction(self._begin(), old, value, when)
        cells = ", ".join(f"${column} as {column}" for column in row)
        found = "from r where report_id = $refers_to and reported_at <= $reported_at"
        return self._insert(f"select * replace ({cells}) {found}", row)

    def to_csv(self, path):
        self.base.execute(f"copy r to '{path}' (header)")
        return path

    def to_json(self, path):
        self.base.execute(f"copy r to '{path}' (format json, array true)")
        return path

    def read_json(self, path):
        types = dict.fromkeys(TEXTS, "varchar") | dict.fromkeys(COUNTS, "bigint")
        types |= dict.fromkeys(DATES, "date") | {"reported_at": "timestamptz"}
        given = {"path": str(path), "types": types}
        query = "create or replace table r as from read_json($path, columns = $types)"
        self.base.execute(query, given)
        return self.base.table("r")

    def history(self):
        return self.base.execute(SINCE + HISTORY).df()

    def vintages(self):
        return self.base.execute(VINTAGES).df()

    def mixed_vintages(self):
        query = f"{SINCE} pivot ({MIXED}) on period_end using first(total) group by reported_at"
        return self.base.execute(query + " order by reported_at").df()

    def tally(self):
        return self.base.execute(TALLY).df()

    def falls(self):
        return self.base.execute(FALLS.format(", ".join(SERIES))).df()


class Polars:
    """Expressions over in-memory tables."""

    def __init__(self, *tables):
        import polars as pl

        self.pl = pl
        days = pl.col("period_start", "period_end").cast(pl.Date)
        self.tables = [pl.from_pandas(table).with_columns(days) for table in tables]

    def same(self):
        one, other = self.tables
        return one.equals(other)

    def _longer(self, more):
        r = self.tables[0]
        if r["report_id"].is_in(more["report_id"].to_list()).any():
            raise ValueError(more)
        return r.vstack(more)

    def append(self, row):
        schema = self.tables[0].schema
        return self._longer(self.pl.DataFrame([row]).select(list(schema)).cast(dict(schema)))

    def revise(self, old, value, when):
        pl, r = self.pl, self.tables[0]
        found = r.filter(pl.col("report_id") == old)
        if len(found) != 1 or (found["reported_at"] > when).any():
            raise ValueError(old)
        row = correction(len(r), old, value, when).items()
        found = found.with_columns(**{name: pl.lit(cell) for name, cell in row})
        return self._longer(found.cast(dict(r.schema)))

    def to_csv(self, path):
        self.tables[0].write_csv(path)
        return path

    def to_json(self, path):
        self.tables[0].write_json(path)
        return path

    def read_json(self, path):
        pl = self.pl
        types = dict.fromkeys([*TEXTS, *DATES], pl.String) | dict.fromkeys(COUNTS, pl.Int64)
        return pl.read_json(path, schema=types).with_columns(
            pl.col("period_start", "period_end").str.to_date(),
            pl.col("reported_at").str.to_datetime(time_zone="UTC"),
        )

    def history(self):
        pl = self.pl
        since = (pl.col("kind") == "total").cum_sum()
        return self.tables[0].sort("reported_at").select(
            "reported_at", "period_end", pl.col("value").cum_sum().over(since).alias("total")
        )  # fmt: skip

    def vintages(self):
        wide = self.tables[0].pivot(on="period_end", index="reported_at", values="value")
        return wide.sort("reported_at").fill_null(strategy="forward")

    def mixed_vintages(self):
        pl, r = self.pl, self.tables[0].sort("period_end")
        known = self.vintages().cast({"reported_at": pl.String})
        days = known.drop("reported_at").transpose(column_names=known["reported_at"])
        since = (r["kind"] == "total").cum_sum().alias("since")
        total = pl.exclude("since").cum_sum().over("since")
        return days.with_columns(since).select(total).with_columns(r["period_end"])

    def tally(self):
        pl, r = self.pl, self.tables[0].sort("period_end")
        step = pl.col("value") - pl.col("value").shift(1, fill_value=0).over("side")
        days = r.with_columns(step.alias("total")).group_by("period_end", maintain_order=True)
        return days.agg(pl.col("total").sum()).with_columns(pl.col("total").cum_sum())

    def falls(self):
        pl = self.pl
        r = self.tables[0].lazy().select(*SERIES, "period_end", "value").sort(*SERIES, "period_end")
        same = pl.all_horizontal(pl.col(name) == pl.col(name).shift(1) for name in SERIES)
        before = pl.when(same).then(pl.col("value").shift(1))
        found = r.with_columns(before.alias("expected")).filter(pl.col("value") < before)
        return found.select("event", "period_end", "value", "expected").collect()
