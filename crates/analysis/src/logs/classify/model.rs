//! The learned part: weights of terms for each class, as a small table of bytes.

/// What the bytes of a model begin with.
const MAGIC: &[u8; 4] = b"WFM1";

/// How many weights a class has before those of the terms: its bias.
const CLASSES: usize = 5;

/// The numbers of one blend: the shares of both witnesses and a bias for each class.
const BLEND: usize = 2 + CLASSES;

/// The bytes before the terms: magic, count, step, and three blends.
const HEAD: usize = 4 + 4 + 4 + 4 * 3 * BLEND;

/// The bytes of one term: its number and one weight a class.
const ROW: usize = 4 + CLASSES;

/// The bytes of a model that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the model of fault classes is damaged")]
pub struct DamagedModel;

/// How log-odds of rules and terms are put together so that stated confidence is reached.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Blend {
    /// By what the rules' log-odds are multiplied.
    pub(super) rules: f32,
    /// By what the terms' log-odds are multiplied.
    pub(super) terms: f32,
    /// What is added to each class.
    pub(super) biases: [f32; CLASSES],
}

/// Weights of terms, with how they are put together with the rules.
#[derive(Clone, Debug)]
pub(super) struct Weights {
    /// Numbers of the terms, ascending.
    numbers: Vec<u32>,
    /// One weight a class and term, in steps.
    rows: Vec<[i8; CLASSES]>,
    /// The value of one step.
    step: f32,
    /// The blends: both witnesses, rules alone, terms alone.
    pub(super) blends: [Blend; 3],
    /// Positions plus one by a part of the number, open addressing; 0 is free.
    slots: Vec<u32>,
}

impl Weights {
    /// Makes a model from weights: each row is a term's number and its weight for each class.
    pub(super) fn new(rows: &[(u32, [f64; CLASSES])], blends: [Blend; 3]) -> Self {
        let largest = rows.iter().flat_map(|(_, w)| w).fold(1e-9_f64, |most, w| most.max(w.abs()));
        let step = largest / 127.0;
        let mut kept: Vec<(u32, [i8; CLASSES])> =
            rows.iter().map(|(n, w)| (*n, w.map(|w| in_steps(w / step)))).collect();
        kept.retain(|(_, w)| w.iter().any(|w| *w != 0));
        kept.sort_unstable_by_key(|(n, _)| *n);
        kept.dedup_by_key(|(n, _)| *n);
        let (numbers, rows) = kept.into_iter().unzip();
        #[expect(clippy::cast_possible_truncation, reason = "the value of a step is stored with 24 bits")]
        let step = step as f32;
        let mut weights = Self { numbers, rows, step, blends, slots: Vec::new() };
        weights.index();
        weights
    }

    /// Returns the number of terms.
    pub(super) fn terms(&self) -> usize {
        self.numbers.len()
    }

    /// Returns the weights of a term, in the order of the classes; `None` when it was not learned.
    pub(super) fn of(&self, number: u32) -> Option<[f64; CLASSES]> {
        let mask = self.slots.len().checked_sub(1)?;
        let mut at = slot(number, mask);
        loop {
            let position = usize::try_from(self.slots[at]).ok()?.checked_sub(1)?;
            if self.numbers[position] == number {
                return Some(self.rows[position].map(|w| f64::from(w) * f64::from(self.step)));
            }
            at = (at + 1) & mask;
        }
    }

    fn index(&mut self) {
        let size = (self.numbers.len() * 2 + 2).next_power_of_two();
        self.slots = vec![0; size];
        for (position, number) in (1_u32..).zip(&self.numbers) {
            let mut at = slot(*number, size - 1);
            while self.slots[at] != 0 {
                at = (at + 1) & (size - 1);
            }
            self.slots[at] = position;
        }
    }

    /// Writes the model as bytes that [`Weights::from_bytes`] reads.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEAD + ROW * self.numbers.len());
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&u32::try_from(self.numbers.len()).unwrap_or(u32::MAX).to_le_bytes());
        bytes.extend_from_slice(&self.step.to_le_bytes());
        for blend in self.blends {
            for value in [blend.rules, blend.terms].into_iter().chain(blend.biases) {
                bytes.extend_from_slice(&value.to_le_bytes());
            }
        }
        for (number, row) in self.numbers.iter().zip(&self.rows) {
            bytes.extend_from_slice(&number.to_le_bytes());
            for weight in row {
                bytes.extend_from_slice(&weight.to_le_bytes());
            }
        }
        bytes
    }

    /// Reads a model.
    ///
    /// # Errors
    ///
    /// [`DamagedModel`] when the bytes are not what [`Weights::to_bytes`] writes.
    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self, DamagedModel> {
        let (head, body) = bytes.split_at_checked(HEAD).ok_or(DamagedModel)?;
        let count = u32::from_le_bytes(four(head, 4)?);
        let count = usize::try_from(count).map_err(|_| DamagedModel)?;
        if &four(head, 0)? != MAGIC || Some(body.len()) != count.checked_mul(ROW) {
            return Err(DamagedModel);
        }
        let mut values = [0.0_f32; 1 + 3 * BLEND];
        for (i, value) in values.iter_mut().enumerate() {
            *value = f32::from_le_bytes(four(head, 8 + 4 * i)?);
        }
        let (mut numbers, mut rows) = (Vec::with_capacity(count), Vec::with_capacity(count));
        for row in body.chunks_exact(ROW) {
            numbers.push(u32::from_le_bytes(four(row, 0)?));
            let mut weights = [0_i8; CLASSES];
            for (weight, byte) in weights.iter_mut().zip(&row[4..]) {
                *weight = i8::from_le_bytes([*byte]);
            }
            rows.push(weights);
        }
        if values.iter().any(|v| !v.is_finite()) || !numbers.is_sorted_by(|a, b| a < b) {
            return Err(DamagedModel);
        }
        let blends = std::array::from_fn(|i| {
            let own = &values[1 + i * BLEND..];
            Blend { rules: own[0], terms: own[1], biases: std::array::from_fn(|class| own[2 + class]) }
        });
        let mut weights = Self { numbers, rows, step: values[0], blends, slots: Vec::new() };
        weights.index();
        Ok(weights)
    }
}

fn four(bytes: &[u8], at: usize) -> Result<[u8; 4], DamagedModel> {
    bytes.get(at..at + 4).and_then(|b| b.try_into().ok()).ok_or(DamagedModel)
}

fn slot(number: u32, mask: usize) -> usize {
    usize::try_from(number).unwrap_or(0) & mask
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the value is rounded and held within the type's range before"
)]
fn in_steps(value: f64) -> i8 {
    value.round().clamp(-127.0, 127.0) as i8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small() -> Weights {
        let rows = [(9, [0.5, 0.0, -1.0, 0.25, 0.0]), (3, [0.0, 2.0, 0.0, 0.0, 0.0]), (4, [0.0; 5])];
        let blend = Blend { rules: 1.0, terms: 0.5, biases: [0.1, 0.2, 0.3, 0.4, 0.5] };
        Weights::new(&rows, [blend, Blend::default(), blend])
    }

    #[test]
    fn a_model_is_read_back_equal() {
        let model = small();

        let again = Weights::from_bytes(&model.to_bytes()).unwrap();

        assert_eq!(again.to_bytes(), model.to_bytes());
        assert_eq!(again.terms(), 2);
        assert_eq!(again.of(3), model.of(3));
        assert!(again.of(4).is_none() && again.of(77).is_none());
    }

    #[test]
    fn damaged_bytes_are_refused() {
        let bytes = small().to_bytes();
        let mut other = bytes.clone();
        other[0] ^= 1;

        assert_eq!(Weights::from_bytes(&bytes[..bytes.len() - 1]).unwrap_err(), DamagedModel);
        assert_eq!(Weights::from_bytes(&other).unwrap_err(), DamagedModel);
        assert_eq!(Weights::from_bytes(&[]).unwrap_err(), DamagedModel);
    }
}
