"""The same answers in pandas, DuckDB and Polars, written as well as one would for these reports.

The peers may rely on what the library may not: each series has one kind of count, no period counts
overlap, and no figure has more than two reports. A figure is one series, kind and day.
"""

import pandas as pd

DATES = ["period_start", "period_end", "reported_at"]


class Pandas:
    """Whole columns, group-wise windows."""

    def __init__(self, frame):
        self.r = frame
        self.full = None

    @staticmethod
    def read(path):
        return pd.read_csv(path, parse_dates=DATES)

    @staticmethod
    def _spans(r):
        """Every report with a number, and the instant at which it ceased to stand."""
        r = r[r["action"] != "deny"]
        chain = r["refers_to"].where(r["refers_to"] != "", r["report_id"])
        k = r.assign(chain=chain).sort_values("reported_at", kind="stable")
        ended = k.groupby("chain", sort=False)["reported_at"].shift(-1)
        explicit = k.groupby("chain", sort=False)["report_id"].shift(-1)
        plain = k[(k["refers_to"] == "") & (k["kind"] != "more")]
        figure = plain.groupby(["side", "kind", "period_end"], sort=False)
        later = figure["reported_at"].shift(-1).reindex(k.index)
        implicit = figure["report_id"].shift(-1).reindex(k.index)
        return k.assign(
            until=ended.where(ended.notna(), later),
            new_id=explicit.where(explicit.notna(), implicit),
        )

    def live(self, clock):
        k = self._spans(self.r[self.r["reported_at"] <= clock])
        return k[k["until"].isna() & (k["action"] != "retract")]

    @staticmethod
    def _run(live, by):
        """Add up the live reports by day: stated where they are totals, else a floor."""
        d = live.groupby([*by, "kind", "period_end"], sort=True)["value"].sum().reset_index()
        stated = (d["kind"] == "total").to_numpy()
        sums = d.groupby(by, sort=False)["value"]
        d["total"] = d["value"].where(stated, sums.cumsum())
        d["high"] = d["value"].where(stated)
        d["basis"] = pd.Series(stated).map({True: "stated", False: "floor"})
        d["unexplained"] = sums.diff().where(stated)
        return d.rename(columns={"period_end": "date"})

    def totals(self, clock):
        return self._run(self.live(clock), ["side"])

    def _known(self, sides):
        """Every instant of each series with every report that stood then."""
        k = self._spans(self.r[self.r["side"].isin(sides)])
        events = (
            k[["side", "reported_at"]].drop_duplicates().rename(columns={"reported_at": "known"})
        )
        pairs = events.merge(k[k["action"] != "retract"], on="side")
        stands = (pairs["reported_at"] <= pairs["known"]) & ~(pairs["until"] <= pairs["known"])
        return events, pairs[stands]

    def history(self, sides):
        events, pairs = self._known(sides)
        by = ["side", "known"]
        head = (
            pairs.sort_values("period_end")
            .groupby(by)
            .agg(
                kind=("kind", "last"),
                date=("period_end", "last"),
                last=("value", "last"),
                all=("value", "sum"),
            )
        )
        head["total"] = head["last"].where(head["kind"] == "total", head["all"])
        return events.merge(head[["date", "total"]].reset_index(), on=by, how="left").sort_values(
            by
        )

    def vintages(self, side):
        _, pairs = self._known([side])
        return self._run(pairs, ["known"])

    def revisions(self):
        k = self._spans(self.r)
        old = k[k["new_id"].notna()]
        new = k.set_index("report_id")["value"].reindex(old["new_id"]).to_numpy()
        return old.assign(delta=new - old["value"])[["report_id", "new_id", "delta"]]


SPANS = """
with plain as (
    select *, row_number() over () as place,
        case when refers_to = '' then report_id else refers_to end as chain
    from r where action <> 'deny' and reported_at <= $clock {sides}
), a as (
    select *,
        lead(reported_at) over (partition by chain order by reported_at, place) as ended,
        lead(report_id) over (partition by chain order by reported_at, place) as explicit
    from plain
), b as (
    select *,
        case when refers_to = '' and kind <> 'more' then
            lead(reported_at) over (
                partition by side, kind, period_end, refers_to = '' order by reported_at, place)
        end as later,
        case when refers_to = '' and kind <> 'more' then
            lead(report_id) over (
                partition by side, kind, period_end, refers_to = '' order by reported_at, place)
        end as implicit
    from a
), spans as (
    select *, coalesce(ended, later) as until, coalesce(explicit, implicit) as new_id from b
)
"""
RUN = """, days as (
    select {by}, kind, period_end as date, sum(value) as value
    from {live} group by {by}, kind, period_end
)
select {by}, date,
    case when kind = 'total' then value
        else sum(value) over (partition by {by} order by date) end as total,
    case when kind = 'total' then value end as high,
    case when kind = 'total' then 'stated' else 'floor' end as basis,
    case when kind = 'total' then
        value - lag(value) over (partition by {by} order by date) end as unexplained
from days order by {by}, date
"""
LIVE = "(select * from spans where until is null and action <> 'retract')"
KNOWN = """, events as (select distinct side, reported_at as known from spans),
pairs as (
    select e.known, s.* from events e join spans s on e.side = s.side
    where s.action <> 'retract' and s.reported_at <= e.known
        and (s.until is null or s.until > e.known)
)"""
HEAD = """, head as (
    select side, known, max(period_end) as date,
        case when any_value(kind) = 'total' then arg_max(value, period_end)
            else sum(value) end as total
    from pairs group by side, known
)
select e.side, e.known, h.date, h.total
from events e left join head h on e.side = h.side and e.known = h.known order by e.side, e.known
"""
REVISIONS = """
select o.report_id, o.new_id, n.value - o.value as delta
from spans o join r n on o.new_id = n.report_id
"""


class DuckDB:
    """SQL windows over an in-memory table."""

    def __init__(self, frame):
        import duckdb

        self.base = duckdb.connect()
        self.base.execute("set timezone = 'UTC'")
        self.base.register("input", frame)
        self.base.execute("create table r as select * from input")
        self.end = frame["reported_at"].max()

    @staticmethod
    def read(path):
        import duckdb

        base = duckdb.connect()
        base.execute("set timezone = 'UTC'")
        base.execute("create table r as select * from read_csv($path)", {"path": str(path)})
        return base.table("r")

    def _ask(self, query, clock=None, sides=()):
        some = "and side in (" + ", ".join(f"'{side}'" for side in sides) + ")" if sides else ""
        clock = self.end if clock is None else clock
        query = SPANS.format(sides=some) + query
        return self.base.execute(query, {"clock": clock.to_pydatetime()}).df()

    def live(self, clock):
        return self._ask(f"select * from {LIVE}", clock)

    def totals(self, clock):
        return self._ask(RUN.format(by="side", live=LIVE), clock)

    def history(self, sides):
        return self._ask(KNOWN + HEAD, sides=sides)

    def vintages(self, side):
        return self._ask(KNOWN + RUN.format(by="known", live="pairs"), sides=[side])

    def revisions(self):
        return self._ask(REVISIONS)


class Polars:
    """Lazy expressions over an in-memory table."""

    def __init__(self, frame):
        import polars as pl

        self.pl = pl
        self.r = pl.from_pandas(frame)

    @staticmethod
    def read(path):
        import polars as pl

        # The first days may be blank, which it would take for texts.
        days = {"period_start": pl.Date, "period_end": pl.Date}
        return pl.read_csv(path, try_parse_dates=True, schema_overrides=days)

    def _spans(self, rows):
        pl = self.pl
        plain = pl.col("refers_to") == ""
        chain = pl.when(plain).then("report_id").otherwise("refers_to").alias("chain")
        figure = ["side", "kind", "period_end", plain]
        counts = plain & (pl.col("kind") != "more")
        k = self.r.lazy().filter(rows & (pl.col("action") != "deny")).with_columns(chain)
        k = k.sort("reported_at", maintain_order=True)
        k = k.with_columns(
            *(
                pl.coalesce(
                    pl.col(name).shift(-1).over("chain"),
                    pl.when(counts).then(pl.col(name).shift(-1).over(figure)),
                ).alias(out)
                for name, out in (("reported_at", "until"), ("report_id", "new_id"))
            )
        )
        return k

    def live(self, clock):
        pl = self.pl
        k = self._spans(pl.col("reported_at") <= clock.to_pydatetime())
        return k.filter(pl.col("until").is_null() & (pl.col("action") != "retract")).collect()

    def _run(self, live, by):
        pl = self.pl
        d = (
            live.group_by(by, "kind", "period_end")
            .agg(pl.col("value").sum())
            .sort(by, "period_end")
        )
        stated = pl.col("kind") == "total"
        return d.select(
            by,
            pl.col("period_end").alias("date"),
            pl.when(stated)
            .then("value")
            .otherwise(pl.col("value").cum_sum().over(by))
            .alias("total"),
            pl.when(stated).then("value").alias("high"),
            pl.when(stated).then(pl.lit("stated")).otherwise(pl.lit("floor")).alias("basis"),
            pl.when(stated).then(pl.col("value").diff().over(by)).alias("unexplained"),
        )

    def totals(self, clock):
        pl = self.pl
        k = self._spans(pl.col("reported_at") <= clock.to_pydatetime())
        live = k.filter(pl.col("until").is_null() & (pl.col("action") != "retract"))
        return self._run(live, "side").collect().to_pandas()

    def _known(self, sides):
        pl = self.pl
        k = self._spans(pl.col("side").is_in(sides))
        events = k.select("side", pl.col("reported_at").alias("known")).unique()
        pairs = events.join(k.filter(pl.col("action") != "retract"), on="side").filter(
            (pl.col("reported_at") <= pl.col("known"))
            & (pl.col("until").is_null() | (pl.col("until") > pl.col("known")))
        )
        return events, pairs

    def history(self, sides):
        pl = self.pl
        events, pairs = self._known(sides)
        head = pairs.group_by("side", "known").agg(
            pl.col("period_end").max().alias("date"),
            pl.when(pl.col("kind").first() == "total")
            .then(pl.col("value").sort_by("period_end").last())
            .otherwise(pl.col("value").sum())
            .alias("total"),
        )
        out = events.join(head, on=["side", "known"], how="left").sort("side", "known")
        return out.collect().to_pandas()

    def vintages(self, side):
        _, pairs = self._known([side])
        return self._run(pairs, "known").collect().to_pandas()

    def revisions(self):
        pl = self.pl
        k = self._spans(pl.lit(value=True))
        values = self.r.lazy().select(
            pl.col("report_id").alias("new_id"), pl.col("value").alias("n")
        )
        out = k.filter(pl.col("new_id").is_not_null()).join(values, on="new_id")
        out = out.select("report_id", "new_id", (pl.col("n") - pl.col("value")).alias("delta"))
        return out.collect().to_pandas()
