//! Numbers of a scenario that know their own range, so that an impossible one is refused where it stands.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

/// A number between two bounds, which are given in thousandths.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Number<const LEAST: i64, const MOST: i64>(pub(super) f64);

/// A share from 0 to 1.
pub(super) type Share = Number<0, 1_000>;
/// A share from 0 to 0.05.
pub(super) type SmallShare = Number<0, 50>;
/// Milliseconds from 0.001 to ten minutes.
pub(super) type Millis = Number<1, 600_000_000>;
/// Seconds from 0 to a day.
pub(super) type Seconds = Number<0, 86_400_000>;
/// An amount from 0.001 to a thousand million.
pub(super) type Amount = Number<1, 1_000_000_000_000>;
/// An amount from 0 to a thousand million.
pub(super) type AmountOrNone = Number<0, 1_000_000_000_000>;
/// A factor from 1 to 50.
pub(super) type Factor = Number<1_000, 50_000>;

impl<'de, const LEAST: i64, const MOST: i64> Deserialize<'de> for Number<LEAST, MOST> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = f64::deserialize(deserializer)?;
        let (least, most) = (LEAST as f64 / 1_000.0, MOST as f64 / 1_000.0);
        if (least..=most).contains(&value) {
            Ok(Self(value))
        } else {
            Err(D::Error::custom(format!("{value} is not between {least} and {most}")))
        }
    }
}

/// A whole number between two bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Whole<const LEAST: i64, const MOST: i64>(pub(super) i64);

impl<'de, const LEAST: i64, const MOST: i64> Deserialize<'de> for Whole<LEAST, MOST> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = i64::deserialize(deserializer)?;
        if (LEAST..=MOST).contains(&value) {
            Ok(Self(value))
        } else {
            Err(D::Error::custom(format!("{value} is not between {LEAST} and {MOST}")))
        }
    }
}

/// How many, between two bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Count<const LEAST: u32, const MOST: u32>(pub(super) u32);

impl<'de, const LEAST: u32, const MOST: u32> Deserialize<'de> for Count<LEAST, MOST> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = i64::deserialize(deserializer)?;
        match u32::try_from(value) {
            Ok(count) if (LEAST..=MOST).contains(&count) => Ok(Self(count)),
            _ => Err(D::Error::custom(format!("{value} is not between {LEAST} and {MOST}"))),
        }
    }
}
