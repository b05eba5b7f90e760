"""Section 4, rules 7, 9 and 10: the number printed at each point."""

from dataclasses import dataclass


@dataclass
class Printed:
    """What is printed at a point, and the statements that each of its numbers rests on."""

    number: int
    low: int
    high: int | None
    basis: str
    total: object = None  # the total that states it
    number_path: tuple = ()
    low_path: tuple = ()
    high_path: tuple = ()


def moved(number, low, high):
    """A number moved into bounds."""
    number = max(number, low)
    return number if high is None else min(number, high)


class Numbers:
    """The numbers of one series; a sum is kept as (number, statements it rests on)."""

    def __init__(self, found, points, belief):
        self.points, self.belief = points, belief
        self.stated = {s.at: s for s in found if s.anchors}  # also the stale ones
        self.anchors = {s.at: s for s in belief.believed if s.anchors}
        self.counts = [s for s in belief.believed if not s.anchors]
        self.heard = [s for s in found if not s.anchors and s not in belief.left_out]
        self.stock = bool(found) and found[0].report.stock
        self.floors = self._sums(self.counts)
        self.made = self._sums(self.heard)
        self.joined = self._joined()
        self.backward = {} if self.stock else self._backward()

    def bounds(self, p):
        return self.belief.bounds[p][:2]

    def anchored(self, p):
        """The number of the believed total of a point in sums; None without one."""
        if p in self.anchors:
            return moved(self.anchors[p].number, *self.bounds(p)), (self.anchors[p],)
        return (0, (self.belief.origin,)) if self.belief.origin_at == p else None

    def _sums(self, counts):
        """{point: (sum of the counts up to it, what stands from it on)}: the most they give."""
        out, stands = {}, (0, ())
        for p in self.points:
            sums = [stands]
            for s in counts:
                if s.at == p and s.kind == "more":
                    sums.append(_with(s, s.said))
                elif s.at == p:
                    sums.append(_plus(out[s.start][1], s))
            made = _most(sums)
            stands = self.anchored(p) or made
            out[p] = (made, stands)
        return out

    def _joined(self):
        """{point: sum} where the counts join on to a total or the origin without a gap."""
        out = {}
        for p in self.points:
            sums = []
            for s in self.counts:
                if s.at != p:
                    continue
                if s.kind == "more" and s.linked and s.said.basis in ("stated", "derived"):
                    sums.append(_with(s, s.said))
                if s.kind == "period" and s.start in out:
                    sums.append(_plus(out[s.start], s))
            found = self.anchored(p) or (_most(sums) if sums else None)
            if found is None and p[1] > 0 and not self.holds(p):  # nothing here is believed
                found = out.get(self.points[self.points.index(p) - 1])
            if found is not None:
                out[p] = found
        return out

    def _backward(self):
        """{point: sum} where a later total less the counts up to it gives it."""
        out = {}
        for p in reversed(self.points):
            if p in self.anchors and self.anchors[p].kind == "total":
                out[p] = self.anchored(p)
                continue
            rests = [
                (out[s.at][0] - s.adds, (*out[s.at][1], s))
                for s in self.counts
                if s.kind == "period" and s.start == p and s.at in out
            ]
            if rests:
                out[p] = _most(rests)
        return out

    def holds(self, p):
        """Whether something that is not refused or left out speaks of a point."""
        return p in self.stated or any(s.at == p for s in self.counts)

    def at_end(self, instant):
        """The last point of an instant with something to print; of none, the last before it."""
        last = [p for p in self.points if p[0] <= instant][-1]
        here = [p for p in self.points if p[0] == last[0] and self.holds(p)]
        return here[-1] if here else last

    def printed(self, p):
        """Rule 7: what is printed at a point."""
        low, high, low_path, high_path = self.belief.bounds[p]
        total = self.stated.get(p)
        if total in self.belief.stale:
            return Printed(total.number, total.low, None, "stated", total, (total,), (total,))
        number, basis, number_path = self._number(p, low, high, total)
        if total is not None and total.kind == "fewer":
            total = None
        row = Printed(
            number, low, high, basis, total, number_path, tuple(low_path), tuple(high_path)
        )
        if p in self.belief.caps and self.belief.caps[p][0] < row.low:  # rule 4
            row.low, row.low_path = self.belief.caps[p][0], (self.belief.caps[p][1],)
        self._widen(p, row)
        return row

    def _number(self, p, low, high, total):
        if total is not None and total.kind == "fewer":
            return moved(total.number, low, high), "derived", (total,)
        if total is not None and total.report.value is None:
            return moved(total.number, low, high), "stated", (total,)
        if total is not None:
            least = total.report.qualifier in ("at_least", "more_than")
            if least and low > total.report.bounds[0]:
                return low, "floor", tuple(self.belief.bounds[p][2])
            return total.number, "stated", (total,)
        basis, (number, path) = self._counted(p, low, high)
        return moved(number, low, high), basis, path

    def _counted(self, p, low, high):
        """Basis and sum where no total speaks."""
        floor = self.floors[p][0]
        if p in self.joined:
            more = floor[0] > self.joined[p][0]
            return ("floor", floor) if more else ("derived", self.joined[p])
        if p in self.backward:
            return "derived", self.backward[p]
        if low == high:
            _, _, low_path, high_path = self.belief.bounds[p]
            return "derived", (low, (*low_path, *high_path))
        here = [s for s in self.heard if s.at[0] == p[0]]
        if here and not any(s in self.counts for s in here):  # nothing here is believed
            for s in here:
                own = _with(s, s.said) if s.kind == "more" else _plus(self.floors[s.start][1], s)
                floor = _most([floor, own])
        return "floor", floor

    def _widen(self, p, row):
        """Rule 5: until the row meets what the words of a count that is not believed allow."""
        low, _ = self.bounds(p)
        for s, _ in self.belief.refused:
            if s.at[0] != p[0] or (row.total is not None and s.standing < row.total.standing):
                continue
            from_low, from_high = (0, None) if s.start is None else self.bounds(s.start)
            least = s.low if s.kind == "more" else from_low + s.low
            most = None
            if s.high is not None and from_high is not None and s.linked:
                most = from_high + s.high
            if most is not None and most < row.low and most < low:
                row.low, row.low_path = most, (s,)
            if row.high is not None and least > row.high:
                row.high, row.high_path = least, (s,)

    def unexplained(self, p):
        """Rule 9."""
        total = self.stated.get(p)
        if total is None or self.stock or total in self.belief.stale:
            return None
        before = [q for q in self.points if q < p and self.anchored(q) is not None]
        if total.kind == "fewer":
            stood = any(q not in self.anchors or self.anchors[q].kind == "total" for q in before)
            return total.report.number if stood else None
        cuts = any(total is cut for cut, _ in self.belief.cuts)
        if before and (cuts or any(before[-1] < s.at <= p for s in self.heard)):
            return total.number - self.made[p][0][0]
        return None


def _plus(base, count):
    number, path = base
    return number + count.adds, (*path, count)


def _with(more, said):
    """The number of a `more`: what was said before is in it."""
    return more.adds, (*(said.number_path if said else ()), more)


def _most(sums):
    return max(sums, key=lambda made: made[0])
