"""A backtest as one drawing: for each combination a group of bars, one for each municipality, and its figures beside it."""

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from vangnet_contract.municipalities import municipalities

from vangnet_indicators.domain.backtest import Result
from vangnet_indicators.domain.backtest_words import settings_in_words

TITLE = "Signalen per week, per gemeente"
HEADS = ("Signalen", "Mensen", "Nog niet in zorg", "Veelmelders bereikt", "Dagen voor crisis", "Ook andere regel")
BAR, APART, TOP = 18, 34, 64
"""Heights: of a bar, between groups, above the first."""
BARS_AT, LONGEST, TABLE_AT, WIDE = 160, 240, 480, 120


def as_svg(results: Sequence[Result]) -> str:
    """All bars have one scale."""
    most = max([0.01, *(number for one in results for number in one.weekly.values())])
    drawn, y = [], TOP
    for one in results:
        drawn += [*_group(one, y, most), *_figures(one, y)]
        y += BAR * max(1, len(one.weekly)) + APART
    size = f'viewBox="0 0 {TABLE_AT + WIDE * len(HEADS)} {y}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="13" role="img">'
        f"<title>{TITLE}</title>{_text(0, 18, TITLE, bold=True)}{''.join(_heads())}{''.join(drawn)}</svg>\n"
    )


def _heads() -> Iterator[str]:
    for place, head in enumerate(HEADS):
        yield _text(TABLE_AT + WIDE * place, 18, head, bold=True)


def _group(one: Result, y: int, most: float) -> Iterator[str]:
    yield _text(0, y - 6, settings_in_words(one), bold=True)
    for place, (code, number) in enumerate(one.weekly.items()):
        top, length = y + BAR * place, LONGEST * number / most
        yield _text(0, top + 13, municipalities().get(code, "Geen gemeente"))
        yield f'<rect x="{BARS_AT}" y="{top}" width="{length:.1f}" height="{BAR - 4}" fill="#154273"/>'
        yield _text(BARS_AT + length + 5, top + 13, f"{number:.2f}".replace(".", ","))


def _figures(one: Result, y: int) -> Iterator[str]:
    early = "–" if one.days_before_crisis is None else f"{one.days_before_crisis:.1f}".replace(".", ",")
    figures = (one.alerts, one.persons, one.in_care["no"], f"{one.caught} van {one.heavy}", early, one.overlapping)
    for place, figure in enumerate(figures):
        yield _text(TABLE_AT + WIDE * place, y + 13, str(figure))


def _text(x: float, y: float, words: str, *, bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x:.1f}" y="{y:.1f}"{weight}>{escape(words)}</text>'
