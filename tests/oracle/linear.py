"""The most of a sum under linear bounds, by the simplex method, written from the textbook; slow and plain."""

from collections.abc import Sequence

TINY = 1e-9
Row = list[float]


def most(target: Sequence[float], rows: Sequence[tuple[Sequence[float], float]]) -> float:
    """The greatest target·x with x ≥ 0 and a·x ≤ b for each (a, b); infinity when nothing holds it back."""
    table = Simplex(target, rows)
    return table.solve()


class Simplex:
    """Two phases, Bland's rule."""

    def __init__(self, target: Sequence[float], rows: Sequence[tuple[Sequence[float], float]]) -> None:
        self.width = len(target)
        self.basis = [self.width + place for place in range(len(rows))]
        self.free = [*range(self.width), -1]
        self.table: list[Row] = [[*map(float, a), -1.0, float(b)] for a, b in rows]
        self.table.append([*(-float(value) for value in target), 0.0, 0.0])
        self.table.append([*([0.0] * self.width), 1.0, 0.0])

    def solve(self) -> float:
        worst = min(range(len(self.basis)), key=lambda place: self.table[place][-1])
        if self.table[worst][-1] < -TINY:
            self.pivot(worst, self.width)
            assert self.improve(len(self.basis) + 1) and self.table[-1][-1] > -1e-6, "nothing satisfies these bounds"
            for row, variable in enumerate(self.basis):
                if variable == -1:
                    self.pivot(row, min(range(self.width + 1), key=lambda c: (self.table[row][c], self.free[c])))
        return self.table[-2][-1] if self.improve(len(self.basis)) else float("inf")

    def improve(self, goal: int) -> bool:
        """False: without limit."""
        first_phase = goal > len(self.basis)
        while True:
            usable = [c for c in range(self.width + 1) if first_phase or self.free[c] != -1]
            column = min(usable, key=lambda c: (self.table[goal][c], self.free[c]))
            if self.table[goal][column] > -TINY:
                return True
            rows = [r for r in range(len(self.basis)) if self.table[r][column] > TINY]
            if not rows:
                return False
            self.pivot(min(rows, key=lambda r: (self.table[r][-1] / self.table[r][column], self.basis[r])), column)

    def pivot(self, row: int, column: int) -> None:
        inverse = 1 / self.table[row][column]
        here = self.table[row]
        for other, values in enumerate(self.table):
            if other != row and abs(values[column]) > TINY:
                factor = values[column] * inverse
                changed = [value - here[c] * factor for c, value in enumerate(values)]
                changed[column] = -factor
                self.table[other] = changed
            elif other != row:
                values[column] = 0.0
        self.table[row] = [value * inverse for value in here]
        self.table[row][column] = inverse
        self.basis[row], self.free[column] = self.free[column], self.basis[row]
