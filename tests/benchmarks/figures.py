"""What a benchmark hands back: figures with a unit and, where one was promised, a target."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value.

    Attributes:
        name: What was measured, for the table and as the key in JSON.
        value: The figure.
        unit: Of the value; empty for a plain ratio.
        at_least: It should not be smaller; None for no such promise.
        at_most: It should not be larger; None for no such promise.
        processor: The same on processors, where the value is one on the wall; None where that was not measured.
    """

    name: str
    value: float
    unit: str = ""
    at_least: float | None = None
    at_most: float | None = None
    processor: float | None = None

    @property
    def is_met(self) -> bool | None:
        """Whether the target is met; None without one."""
        if self.at_least is None and self.at_most is None:
            return None
        return (self.at_least is None or self.value >= self.at_least) and (
            self.at_most is None or self.value <= self.at_most
        )

    def as_json(self) -> dict[str, object]:
        """Return it for JSON; targets only where there are some."""
        row: dict[str, object] = {"value": round(self.value, 4), "unit": self.unit}
        if self.processor is not None:
            row["processor"] = round(self.processor, 4)
        if self.is_met is not None:
            target = {"at_least": self.at_least, "at_most": self.at_most}
            row |= {key: value for key, value in target.items() if value is not None} | {"met": self.is_met}
        return row


@dataclass(slots=True)
class Grid:
    """Figures that are read side by side.

    Attributes:
        columns: What stands above them; the first names the rows.
        fine: Columns whose values differ little and want two more digits.
        rows: Names, and a value for each further column; None where there is none.
    """

    columns: tuple[str, ...]
    fine: frozenset[str] = frozenset()
    rows: list[tuple[str, tuple[float | None, ...]]] = field(default_factory=list)

    def add(self, name: str, *values: float | None) -> None:
        """Add a row."""
        self.rows.append((name, values))

    def as_json(self) -> dict[str, object]:
        """Return it for JSON, each row by its name."""
        rows = {
            name: {
                column: None if value is None else round(value, 6 if column in self.fine else 4)
                for column, value in zip(self.columns[1:], values, strict=True)
            }
            for name, values in self.rows
        }
        return {"title": self.columns[0], "rows": rows}


@dataclass(slots=True)
class Result:
    """All figures of one benchmark.

    Attributes:
        title: For the table.
        figures: In the order to be shown.
        missing: Why others have no value, by their names.
        grids: What is read side by side, shown before them.
        notes: How it was measured, and what a reader must know to trust it.
        others_share: How much of the machine other programs used meanwhile, 0 to 1.
    """

    title: str
    figures: list[Figure] = field(default_factory=list)
    missing: dict[str, str] = field(default_factory=dict)
    grids: list[Grid] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    others_share: float = 0.0

    def add(
        self,
        name: str,
        value: float,
        unit: str = "",
        *,
        at_least: float | None = None,
        at_most: float | None = None,
    ) -> None:
        """Add one figure."""
        self.figures.append(Figure(name, value, unit, at_least, at_most))

    def as_json(self) -> dict[str, object]:
        """Return it for JSON."""
        return {
            "title": self.title,
            "figures": {one.name: one.as_json() for one in self.figures},
            **({"missing": self.missing} if self.missing else {}),
            **({"grids": [grid.as_json() for grid in self.grids]} if self.grids else {}),
            "notes": self.notes,
            "others_share": round(self.others_share, 3),
        }
