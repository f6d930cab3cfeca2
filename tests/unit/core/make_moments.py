#!/usr/bin/env python3
"""Writes moments.txt: hostile series of numbers with their mean and sample standard deviation.

The figures are computed in exact rational arithmetic and rounded once. A line is
    MEAN STDEV NUMBER NUMBER ...
in which doubles are hexadecimal, integers decimal, and a figure beyond the range of a double is inf.

    python3 tests/unit/core/make_moments.py > tests/unit/core/moments.txt
"""

import math
import random
import sys
from fractions import Fraction

MAX = sys.float_info.max
LEAST = 5e-324
INT_MAX = 2**63 - 1
INT_MIN = -(2**63)


def nearest(exact):
    try:
        return float(exact)
    except OverflowError:
        return math.inf if exact > 0 else -math.inf


def root(exact):
    """The double nearest to the square root of a rational."""
    if exact == 0:
        return 0.0
    # So many fraction bits that the integer root has at least 128; the last one says "and more".
    shift = max(0, 128 - (exact.numerator.bit_length() - exact.denominator.bit_length()) // 2)
    scaled = (exact.numerator << (2 * shift)) // exact.denominator
    integer = math.isqrt(scaled)
    more = Fraction(integer) ** 2 != exact * 4**shift
    return nearest(Fraction(2 * integer + more, 2 ** (shift + 1)))


def moments(numbers):
    exact = [Fraction(number) for number in numbers]
    mean = sum(exact) / len(exact)
    variance = sum((number - mean) ** 2 for number in exact) / (len(exact) - 1)
    return nearest(mean), root(variance)


def spelled(number):
    return str(number) if isinstance(number, int) else number.hex()


def series(rng):
    """Yields a heading and the series under it."""

    def noisy(base, spread, count):
        return [base + rng.gauss(0, spread) for _ in range(count)]

    def any_double():
        while True:
            number = math.ldexp(rng.uniform(-1, 1), rng.randint(-1073, 1024))
            if number != 0 and math.isfinite(number):
                return number

    yield "everyday numbers", [[1, 2], [1, 2, 3, 4], [0, 0], [-1, 1], [2.5, 2.5, 2.5], [0.1, 0.2, 0.3]]
    yield "a normal spread", [noisy(4, 1, n) for n in (2, 3, 5, 10, 33, 100, 250)]
    yield "a large mean with a small spread", [
        noisy(base, spread, n)
        for base in (1e6, 1e12, 1e15, -1e15, 9e15, 1e16, 1e100, -1e300)
        for spread in (1e-3, 0.1, 1.0, abs(base) * 1e-15)
        for n in (2, 5, 20)
    ]
    yield "neighbours", [
        [x, math.nextafter(x, math.inf)] * k + [x]
        for x in (1.0, 0.1, 1e15, 2.0**52, 1e300, -7e-300, 2.0**-1022, MAX / 2, 1 - 2.0**-53)
        for k in (1, 2, 7)
    ]
    yield "beyond the range of a double on the way", [
        [MAX, MAX], [MAX, MAX, MAX, -MAX], [MAX, -MAX], [MAX, MAX / 2, MAX / 4],
        [MAX, math.nextafter(MAX, 0)], [1e308] * 9 + [1.7e308], [MAX, -MAX, 1.0],
        [-MAX] * 3 + [MAX], [MAX / 4, -MAX / 4], [1.2e308, -1.2e308, 0],
    ] + [[rng.uniform(-1, 1) * MAX / 3 for _ in range(n)] for n in (2, 3, 10, 40)]
    yield "the least doubles", [
        [LEAST, LEAST], [LEAST, 0], [LEAST, 2 * LEAST], [LEAST, -LEAST], [LEAST, 0, 0],
        [LEAST * 3, LEAST * 4, LEAST * 5], [2.0**-1022, LEAST], [2.0**-1022, -(2.0**-1022) + LEAST],
        [LEAST, 0, 0, 0, 0], [LEAST, LEAST, 0],
    ] + [[rng.randint(-n, n) * LEAST for _ in range(7)] for n in (1, 3, 100, 10**6, 2**50)]
    yield "integers that no double holds", [
        [INT_MAX, INT_MAX], [INT_MAX, INT_MAX - 1], [INT_MIN, INT_MIN + 1], [INT_MAX, INT_MIN],
        [2**53, 2**53 + 1], [2**53 + 1] * 3, [2**62 + 1, 2**62 + 2, 2**62 + 4], [INT_MIN] * 5,
        [INT_MAX - 1000 + k for k in range(40)], [2**53 + 1, 2.0**53, 0.5],
    ] + [
        [base + rng.randint(-spread, spread) for _ in range(n)]
        for base in (2**53, 2**60 + 12345, -(2**62), INT_MAX - 2**40)
        for spread in (1, 10, 1000, 2**39)
        for n in (2, 10, 50)
    ]
    yield "integers among doubles", [
        [rng.choice([rng.randint(INT_MIN, INT_MAX), any_double()]) for _ in range(n)]
        for n in (2, 3, 4, 5, 8, 12, 20)
        for _ in range(3)
    ] + [[rng.choice([2**60 + rng.randint(0, 999), rng.random()]) for _ in range(12)] for _ in range(6)]
    yield "cancellation", [
        [1e308, 1.0, -1e308], [1.0, 1e100, 1.0, -1e100], [1e16, 1, -1e16, 1], [MAX, LEAST, -MAX],
        [1e200, 1e-200, -1e200, 3e-200, 7], [2.0**1000, 2.0**-1000, -(2.0**1000), -(2.0**-1000)],
        [INT_MAX, 0.5, -INT_MAX], [0.1] * 10 + [-1],
    ] + [
        (lambda half: half + [-x for x in half] + [any_double() * 1e-9])(
            [any_double() / 16 for _ in range(n)]
        )
        for n in (1, 2, 5, 10)
        for _ in range(4)
    ]
    yield "an outlier, first and last", [
        order([outlier] + noisy(1, 0.1, n))
        for outlier in (1e3, 1e9, -1e15, 1e30, 1e150, 1e300)
        for n in (1, 4, 30)
        for order in (list, lambda x: x[::-1])
    ]
    yield "every magnitude at once", [[any_double() for _ in range(n)] for n in (2, 3, 5, 9, 30) for _ in range(6)]
    yield "powers of two", [[2.0**k for k in range(a, b, c)] for a, b, c in
                            ((-1074, 1023, 61), (-60, 60, 3), (-1074, -1000, 5), (900, 1023, 7), (0, 63, 1))]
    yield "constants", [[x] * n for x in (0.1, 1e15 + 0.3, MAX, LEAST, -3.3e-310, 2**62 + 1) for n in (2, 3, 10)]
    yield "ties between two doubles", [
        [1.0, 1 + 2.0**-52], [1 + 2.0**-52, 1 + 2.0**-51], [1.0, 1 + 2.0**-52, 1.0, 1 + 2.0**-52],
        [2.0**53, 2**53 + 2, 2**53 + 1, 2**53 + 1], [1 + 2.0**-52, 1.0, LEAST, -LEAST],
        [1.0, 1 + 2.0**-52, LEAST, 0.0], [3 * LEAST, 2 * LEAST],
    ]
    for exponent in (-1060, -1000, -600, -410, -400, -390, -200, 0, 200, 390, 400, 410, 600, 1000, 1020):
        yield f"a spread of few bits about 2^{exponent}", [
            [math.ldexp(1 + rng.randint(-16, 16) * 2.0**-52, exponent) for _ in range(n)] for n in (2, 4, 17)
        ]


def main():
    rng = random.Random(20190501)
    print("# Written by make_moments.py; do not edit.")
    for heading, group in series(rng):
        print(f"# {heading}")
        for numbers in group:
            print(*(figure.hex() for figure in moments(numbers)), *map(spelled, numbers))


main()
