//! Numbers as the server computes them: Go's `math` on a 64-bit PC, bit for bit, and compensated sums.

use std::f64::consts::{FRAC_1_SQRT_2, LOG2_E, LOG10_E};

use super::expression::{ArithmeticOp, CompareOp};

/// Two to the 63rd: the first number above the 64-bit integers.
pub(super) const INTEGERS_END: f64 = 9_223_372_036_854_775_808.0;

/// A sum with what its roundings lost.
///
/// Source: Neumaier, *Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen*, ZAMM 54 (1974).
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sum {
    pub(super) sum: f64,
    pub(super) lost: f64,
}

impl Sum {
    /// Adds a number as version 2 does.
    pub(super) fn add(&mut self, value: f64) {
        let sum = self.sum + value;
        self.lost +=
            if self.sum.abs() >= value.abs() { (self.sum - sum) + value } else { (value - sum) + self.sum };
        self.sum = sum;
    }

    /// Adds a number as version 3 does: an infinite sum has lost nothing.
    pub(super) fn add_checked(&mut self, value: f64) {
        if (self.sum + value).is_infinite() {
            *self = Self { sum: self.sum + value, lost: 0.0 };
        } else {
            self.add(value);
        }
    }

    pub(super) fn total(&self) -> f64 {
        if self.sum.is_infinite() { self.sum } else { self.sum + self.lost }
    }
}

pub(super) fn compute(op: ArithmeticOp, left: f64, right: f64) -> f64 {
    match op {
        ArithmeticOp::Add => left + right,
        ArithmeticOp::Sub => left - right,
        ArithmeticOp::Mul => left * right,
        ArithmeticOp::Div => left / right,
        ArithmeticOp::Mod => left % right,
        ArithmeticOp::Pow => power(left, right),
    }
}

#[expect(clippy::float_cmp, reason = "a comparison of the language is exact")]
pub(super) fn compare(op: CompareOp, left: f64, right: f64) -> bool {
    match op {
        CompareOp::Equal => left == right,
        CompareOp::NotEqual => left != right,
        CompareOp::Less => left < right,
        CompareOp::LessOrEqual => left <= right,
        CompareOp::Greater => left > right,
        CompareOp::GreaterOrEqual => left >= right,
    }
}

/// Returns the larger number; an infinity wins over NaN, and NaN over the rest.
pub(super) fn larger(a: f64, b: f64) -> f64 {
    if is_infinity(a) || is_infinity(b) {
        f64::INFINITY
    } else if a.is_nan() || b.is_nan() {
        f64::NAN
    } else if a == 0.0 && b == 0.0 {
        if a.is_sign_negative() { b } else { a }
    } else if a > b {
        a
    } else {
        b
    }
}

/// Returns the smaller number, with the same precedence.
pub(super) fn smaller(a: f64, b: f64) -> f64 {
    -larger(-a, -b)
}

fn is_infinity(v: f64) -> bool {
    v.is_infinite() && v > 0.0
}

/// Splits a number into a fraction of `0.5..1` and a power of two; zero, infinities and NaN have the power zero.
fn fraction(v: f64) -> (f64, i32) {
    if v == 0.0 || !v.is_finite() {
        return (v, 0);
    }
    // Subnormal numbers are brought among the normal ones first.
    let (v, shift) = if v.abs() < f64::MIN_POSITIVE { (v * exact_power(52), -52) } else { (v, 0) };
    let (fraction, exponent) = stored_fraction(v);
    (fraction, exponent + shift)
}

/// Splits a number by its bits alone: right for normal numbers only.
fn stored_fraction(v: f64) -> (f64, i32) {
    let bits = v.to_bits();
    let exponent = i32::try_from(bits >> 52 & 0x7ff).unwrap_or_default();
    (f64::from_bits(bits & !(0x7ff << 52) | 0x3fe << 52), exponent - 1022)
}

/// Returns two to the power of `n`, which must be that of a normal number.
fn exact_power(n: i32) -> f64 {
    f64::from_bits(u64::try_from(n.clamp(-1022, 1023) + 1023).unwrap_or_default() << 52)
}

/// Multiplies by a power of two.
fn scaled(v: f64, power: i32) -> f64 {
    if v == 0.0 || !v.is_finite() {
        return v;
    }
    let (fraction, exponent) = fraction(v);
    let exponent = exponent.saturating_add(power);
    if exponent > 1024 {
        return f64::INFINITY.copysign(v);
    }
    if exponent < -1080 {
        return 0.0_f64.copysign(v);
    }
    // The last factor alone rounds, and only below the normal numbers.
    if exponent < -1020 {
        fraction * exact_power(exponent + 60) * exact_power(-60)
    } else {
        fraction * 2.0 * exact_power(exponent - 1)
    }
}

/// The natural logarithm.
///
/// Source of the method and its constants: `FreeBSD`'s `e_log.c`, which Go follows in this order of operations; on a
/// 64-bit PC without the case of subnormal numbers (`log_amd64.s`), whose logarithms are too large there.
pub(super) fn ln(v: f64) -> f64 {
    const LN2_HIGH: f64 = 6.931_471_803_691_238e-1;
    const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;
    const L: [f64; 7] = [
        6.666_666_666_666_735e-1,
        3.999_999_999_940_942e-1,
        2.857_142_874_366_239e-1,
        2.222_219_843_214_978_4e-1,
        1.818_357_216_161_805e-1,
        1.531_383_769_920_937_3e-1,
        1.479_819_860_511_658_6e-1,
    ];
    if v == 0.0 {
        return f64::NEG_INFINITY;
    }
    if v.is_nan() || v < 0.0 {
        return f64::NAN;
    }
    if v.is_infinite() {
        return v;
    }
    let (mut part, exponent) = stored_fraction(v);
    let mut k = f64::from(exponent);
    if part <= FRAC_1_SQRT_2 {
        part *= 2.0;
        k -= 1.0;
    }
    let f = part - 1.0;
    let s = f / (2.0 + f);
    let s2 = s * s;
    let s4 = s2 * s2;
    let odd = s2 * (L[0] + s4 * (L[2] + s4 * (L[4] + s4 * L[6])));
    let even = s4 * (L[1] + s4 * (L[3] + s4 * L[5]));
    let half_square = 0.5 * f * f;
    k * LN2_HIGH - ((half_square - (s * (half_square + (odd + even)) + k * LN2_LOW)) - f)
}

#[expect(clippy::float_cmp, reason = "a half exactly is a power of two")]
pub(super) fn log2(v: f64) -> f64 {
    let (part, exponent) = fraction(v);
    if part == 0.5 {
        return f64::from(exponent - 1);
    }
    ln(part) * LOG2_E + f64::from(exponent)
}

pub(super) fn log10(v: f64) -> f64 {
    ln(v) * LOG10_E
}

/// The exponential function.
///
/// Source: Shibata, *Efficient evaluation methods of elementary functions suitable for SIMD computation* (2010), as Go
/// uses it on a 64-bit PC with fused multiplication.
pub(super) fn exp(v: f64) -> f64 {
    const OVERFLOW: f64 = 7.097_827_128_933_84e2;
    /// Above this every result is zero, and the power below fits.
    const UNDERFLOW: f64 = -800.0;
    const LN2_UPPER: f64 = 0.693_147_180_559_662_956_511_601_805_686_950_683_593_75;
    const LN2_LOWER: f64 = 0.282_352_905_630_315_771_225_884_481_750_134_360_255_254_120_68e-12;
    const TAYLOR: [f64; 8] = [
        2.480_158_730_158_73e-5,
        1.984_126_984_126_984e-4,
        1.388_888_888_888_889e-3,
        8.333_333_333_333_333e-3,
        4.166_666_666_666_666_7e-2,
        1.666_666_666_666_666_7e-1,
        0.5,
        1.0,
    ];
    if v.is_nan() || v == f64::INFINITY {
        return v;
    }
    if v > OVERFLOW {
        return f64::INFINITY;
    }
    if v < UNDERFLOW {
        return 0.0;
    }
    let k = (LOG2_E * v).round_ties_even();
    let reduced = (-k).mul_add(LN2_LOWER, (-k).mul_add(LN2_UPPER, v)) * 0.0625;
    let series = TAYLOR[1..].iter().fold(TAYLOR[0], |sum, term| sum.mul_add(reduced, *term));
    // exp(x) - 1 of the sixteenth, squared four times.
    let mut y = reduced * series;
    for _ in 0..3 {
        y *= y + 2.0;
    }
    let result = y.mul_add(y + 2.0, 1.0);
    #[expect(clippy::cast_possible_truncation, reason = "between -1155 and 1024")]
    let k = k as i32;
    by_steps(result, k)
}

/// Multiplies by a power of two, below the normal numbers in the two steps in which the server does.
fn by_steps(v: f64, power: i32) -> f64 {
    if power + 1023 >= 0x7ff {
        f64::INFINITY
    } else if power + 1023 > 0 {
        v * exact_power(power)
    } else if power + 1023 < -52 {
        0.0
    } else {
        v * exact_power(power + 1022) * exact_power(-1022)
    }
}

/// Raises to a power by squaring, with the fraction of the exponent through logarithms.
///
/// Source: the order of operations is that of `math.Pow` of Go.
#[expect(clippy::float_cmp, reason = "special cases hold for exact values")]
pub(super) fn power(x: f64, y: f64) -> f64 {
    if y == 0.0 || x == 1.0 {
        return 1.0;
    }
    if y == 1.0 {
        return x;
    }
    if x.is_nan() || y.is_nan() {
        return f64::NAN;
    }
    if x == 0.0 || !x.is_finite() || !y.is_finite() {
        // The rest of the special cases are those of every IEEE power.
        return x.powf(y);
    }
    if y == 0.5 {
        return x.sqrt();
    }
    if y == -0.5 {
        return 1.0 / x.sqrt();
    }
    let (whole, part) = (y.abs().trunc(), y.abs().fract());
    if part != 0.0 && x < 0.0 {
        return f64::NAN;
    }
    if whole >= INTEGERS_END {
        return if x == -1.0 {
            1.0
        } else if (x.abs() < 1.0) == (y > 0.0) {
            0.0
        } else {
            f64::INFINITY
        };
    }
    squarings(x, y < 0.0, whole, part)
}

fn squarings(x: f64, inverse: bool, mut whole: f64, mut part: f64) -> f64 {
    let (mut result, mut exponent) = (1.0, 0_i32);
    if part != 0.0 {
        if part > 0.5 {
            part -= 1.0;
            whole += 1.0;
        }
        result = exp(part * ln(x));
    }
    let (mut base, mut base_exponent) = fraction(x);
    #[expect(clippy::cast_possible_truncation, reason = "below two to the 63rd")]
    let mut bits = whole as i64;
    while bits != 0 {
        if base_exponent.abs() > 1 << 12 {
            exponent += base_exponent;
            break;
        }
        if bits & 1 == 1 {
            result *= base;
            exponent += base_exponent;
        }
        base *= base;
        base_exponent <<= 1;
        if base < 0.5 {
            base += base;
            base_exponent -= 1;
        }
        bits >>= 1;
    }
    if inverse {
        result = 1.0 / result;
        exponent = -exponent;
    }
    scaled(result, exponent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compensated_sum_keeps_what_a_large_term_swallows() {
        let mut sum = Sum::default();
        for value in [1.0, 1e100, 1.0, -1e100] {
            sum.add(value);
        }

        assert_eq!(sum.total().to_bits(), 2.0_f64.to_bits());
    }

    #[test]
    fn logarithms_of_subnormal_numbers_are_those_of_the_server() {
        // Asked of Prometheus 2.42.0 on a 64-bit PC: ln(vector(1e-310)) and so on.
        for (of, v, expected) in [
            (ln as fn(f64) -> f64, 1e-310, -709.085_081_548_894_5_f64),
            (ln, 5e-324, -709.089_565_712_824_1),
            (ln, 1e-300, -690.775_527_898_213_7),
            (log10, 1e-310, -307.951_738_116_602_2),
            (log2, 1e-310, -1_029.797_709_415_082_4),
            (log2, 5e-324, -1074.0),
        ] {
            assert_eq!(of(v).to_bits(), expected.to_bits(), "{v:e}");
        }
        assert_eq!(power(1e-310, 0.5).to_bits(), 9.999_999_999_999_986e-156_f64.to_bits());
    }

    #[test]
    fn an_infinity_wins_over_nan_as_in_go() {
        assert!(is_infinity(larger(f64::INFINITY, f64::NAN)));
        assert!(larger(1.0, f64::NAN).is_nan());
        assert!(is_infinity(-smaller(f64::NEG_INFINITY, f64::NAN)));
        assert!(smaller(0.0, -0.0).is_sign_negative());
    }
}
