//! Weights of elements: `;q=0.5`.

use std::fmt;
use std::fmt::Write;

use crate::syntax::weight::MAX_WEIGHT;

/// The weight of an element: a number from 0 to 1 with three decimals.
///
/// Without a weight it is 1; 0 excludes the element.
///
/// # Grammar
///
/// `qvalue = ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] )` (RFC 9110
/// [§12.4.2](https://www.rfc-editor.org/rfc/rfc9110#section-12.4.2))
///
/// ```
/// use rustzeug::headers::Quality;
///
/// assert_eq!(Quality::from(0.5).to_string(), "0.5");
/// assert_eq!(Quality::from(7.0), Quality::MAX);
/// assert!(Quality::from_thousandths(1).is_acceptable() && !Quality::ZERO.is_acceptable());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quality(u16);

impl Quality {
    /// 1, the greatest weight.
    pub const MAX: Self = Self(MAX_WEIGHT);

    /// 0, which excludes an element.
    pub const ZERO: Self = Self(0);

    /// Makes a weight from thousandths; more than 1000 becomes 1.
    #[must_use]
    pub const fn from_thousandths(thousandths: u16) -> Self {
        if thousandths > MAX_WEIGHT {
            Self::MAX
        } else {
            Self(thousandths)
        }
    }

    /// The weight in thousandths, 0 to 1000.
    #[must_use]
    pub const fn thousandths(self) -> u16 {
        self.0
    }

    /// Whether it is not 0.
    #[must_use]
    pub const fn is_acceptable(self) -> bool {
        self.0 > 0
    }
}

impl Default for Quality {
    fn default() -> Self {
        Self::MAX
    }
}

/// The nearest weight that can be written; NaN is 0.
impl From<f32> for Quality {
    fn from(value: f32) -> Self {
        let thousandths = (value.clamp(0.0, 1.0) * 1000.0).round();
        // A search over 1000 values, so that no cast is needed.
        let nearest = (0..=MAX_WEIGHT).find(|number| f32::from(*number) >= thousandths);
        Self(nearest.unwrap_or(0))
    }
}

impl From<Quality> for f32 {
    fn from(quality: Quality) -> Self {
        Self::from(quality.0) / 1000.0
    }
}

impl fmt::Display for Quality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, mut decimals) = (self.0 / 1000, self.0 % 1000);
        write!(f, "{whole}")?;
        let mut separator = ".";
        while decimals > 0 {
            write!(f, "{separator}{}", decimals / 100)?;
            decimals = decimals % 100 * 10;
            separator = "";
        }
        Ok(())
    }
}

impl Quality {
    /// Appends `;q=0.5`, and nothing for 1.
    pub(super) fn push(self, line: &mut String) {
        if self != Self::MAX {
            // Writing to a `String` does not fail.
            let _ = write!(line, ";q={self}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::weight::parse_weight;

    #[test]
    fn each_weight_is_read_as_it_is_written() {
        for thousandths in 0..=1000 {
            let text = Quality(thousandths).to_string();
            assert!(text.len() <= 5, "{text}");
            assert_eq!(parse_weight(text.as_bytes()), Some(thousandths), "{text}");
            let number = f32::from(Quality(thousandths));
            assert_eq!(Quality::from(number), Quality(thousandths));
        }
    }

    #[test]
    fn any_number_is_a_weight() {
        for (number, want) in [
            (f32::NAN, 0),
            (-1.0, 0),
            (0.0001, 0),
            (0.3333, 333),
            (f32::INFINITY, 1000),
        ] {
            assert_eq!(Quality::from(number).thousandths(), want, "{number}");
        }
    }
}
