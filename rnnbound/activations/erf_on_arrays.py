"""erf on arrays in NumPy alone, to the last digit or two.

For |z| ≤ 1, erf z = z P(z²); beyond, erf z = ±(1 − e^{−z²} Q(s)), where Q stands for
e^{z²}(1 − erf z) and s ∈ [−1, 1] is an affine function of 1/(z + 3) on 1 ≤ z ≤ 6; from 6 on, erf z
rounds to ±1.  P and Q interpolate the functions, computed to 50 digits, at Chebyshev points.

SciPy's erf is as accurate.  On 8,192 numbers it takes as long in float32 (13 ns each) and less in
float64 (18 against 28 ns), but importing scipy.special takes each process that trains 0.1 to 0.2 s.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from rnnbound.activations.array_kernel import Array

#: Coefficients of P, of z⁰, z², ...
_NEAR: Final = (
    1.1283791670955126,
    -0.37612638903183543,
    0.11283791670945006,
    -0.02686617064323777,
    0.0052239776071164225,
    -0.0008548325975389692,
    0.00012055294904839707,
    -1.492473690741966e-05,
    1.6447424703317362e-06,
    -1.6208483801871705e-07,
    1.3720064546777686e-08,
    -7.795898827002142e-10,
)
#: Coefficients of Q, of s⁰, s¹, ...
_FAR: Final = (
    0.20798329133342885,
    0.15436117429438836,
    0.049698445403375216,
    0.012713147695154857,
    0.002479314697621277,
    0.0003316029648753461,
    1.9563578906857695e-05,
    -2.42557221161177e-06,
    -5.541125848160943e-07,
    4.551267548592995e-09,
    1.131478564144137e-08,
    2.4416129982547695e-10,
    -2.3736182042986786e-10,
)
_FARTHEST: Final = 6.0
_SHIFT: Final = 3.0
#: s = (1/(z + 3) − centre)/half: z = 6 at s = −1, z = 1 at s = 1.
_CENTRE: Final = (1 / 9 + 1 / 4) / 2
_HALF: Final = (1 / 4 - 1 / 9) / 2


def erf(z: Array, gauss: Array) -> Array:
    """erf z.

    Args:
        z: any shape.
        gauss: e^{−z²}, of the same shape and dtype.
    """
    near = _polynomial(_NEAR, np.minimum(z * z, 1))
    near *= z
    size = np.abs(z)
    s = np.clip(size, 1, _FARTHEST)
    s += _SHIFT
    np.divide(1 / _HALF, s, out=s)
    s -= _CENTRE / _HALF
    far = _polynomial(_FAR, s)
    far *= gauss
    np.subtract(1, far, out=far)
    np.copysign(far, z, out=far)
    return np.where(size <= 1, near, far)


def _polynomial(coefficients: tuple[float, ...], x: Array) -> Array:
    value = x * coefficients[-1]
    for coefficient in coefficients[-2:0:-1]:
        value += coefficient
        value *= x
    value += coefficients[0]
    return value
