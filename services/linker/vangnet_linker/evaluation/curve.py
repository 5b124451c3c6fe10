"""The precision–recall curve as an SVG that needs nothing else."""

from collections.abc import Sequence

from vangnet_linker.evaluation.measures import Point

WIDTH, HEIGHT, MARGIN = 640, 480, 60
LOWEST = 0.8  # of precision; recall runs from 0


def svg(points: Sequence[Point], working: tuple[float, float]) -> str:
    """`working` = (precision, recall) at the working threshold, drawn as a dot."""
    line = " ".join(f"{_x(point.recall):.1f},{_y(point.precision):.1f}" for point in _thinned(points))
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" font-family="sans-serif" font-size="13">',
        "<title>Precision and recall</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        *_grid(),
        f'<polyline points="{line}" fill="none" stroke="#154273" stroke-width="2"/>',
        f'<circle cx="{_x(working[1]):.1f}" cy="{_y(working[0]):.1f}" r="5" fill="#b00"/>',
        f'<text x="{WIDTH / 2}" y="{HEIGHT - 12}" text-anchor="middle">recall</text>',
        f'<text x="16" y="{HEIGHT / 2}" text-anchor="middle" transform="rotate(-90 16 {HEIGHT / 2})">precision</text>',
        "</svg>\n",
    ])  # fmt: skip


def _grid() -> list[str]:
    marks = []
    for step in range(6):
        recall, precision = step / 5, LOWEST + (1 - LOWEST) * step / 5
        x, y = _x(recall), _y(precision)
        marks += [
            f'<path d="M{x:.1f},{MARGIN}V{HEIGHT - MARGIN}M{MARGIN},{y:.1f}H{WIDTH - MARGIN}" stroke="#ddd"/>',
            f'<text x="{x:.1f}" y="{HEIGHT - MARGIN + 18}" text-anchor="middle">{recall:.1f}</text>',
            f'<text x="{MARGIN - 8}" y="{y + 4:.1f}" text-anchor="end">{precision:.2f}</text>',
        ]
    return marks


def _thinned(points: Sequence[Point]) -> Sequence[Point]:
    step = max(1, len(points) // 2000)
    return [*points[::step], *points[-1:]]


def _x(recall: float) -> float:
    return MARGIN + recall * (WIDTH - 2 * MARGIN)


def _y(precision: float) -> float:
    return HEIGHT - MARGIN - (max(precision, LOWEST) - LOWEST) / (1 - LOWEST) * (HEIGHT - 2 * MARGIN)
