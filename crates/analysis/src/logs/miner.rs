//! The miner: learns lines one by one, and says which templates they have.

mod bytes;
#[cfg(test)]
mod styles;
#[cfg(test)]
mod tests;

pub use bytes::DamagedMiner;

use super::consolidate::consolidate;
use super::shape::{ShapeId, Shapes, hash_of};
use super::template::{Pattern, Patterns, Templates, is_open};
use super::tokenize::{MAYBE, REST, RUN, TAIL, Tokens, Traits, is_hard};

/// The most shapes that are held. Eight public samples of two thousand lines have 906 together.
const MOST_SHAPES: usize = 65_536;
/// The most memory for the texts of shapes, in bytes.
const MOST_TEXT: usize = 24 << 20;
/// The longest first word by which lines are told apart when there is no room for shapes.
const LONGEST_BEGIN: usize = 40;

/// The dictionary of masked line shapes with their counts.
///
/// The same lines give the same templates, in whatever order they were learnt and over however many miners that were
/// merged they were spread, as long as there is room for all shapes. With more than 65 536 shapes (or 24 MiB of their
/// texts) the shapes are replaced by the templates that they have, and lines that fit none of these begin shapes of
/// their own; from there on the templates depend on the order of the lines, but the same order still gives the same.
/// When even the templates are too many, lines are told apart by their first word only.
///
/// Of a line longer than 8192 bytes, the rest is not looked at.
///
/// # Example
///
/// ```
/// use wardroom_analysis::logs::Miner;
///
/// let mut miner = Miner::new();
/// for line in ["retry 1 of 3 for 10.0.0.7:9000", "queue is empty", "retry 2 of 3 for 10.0.0.9:9000"] {
///     miner.learn(line);
/// }
/// let templates = miner.settle();
///
/// assert_eq!(templates.all()[0].text(), "retry <*> of <*> for <*>");
/// let place = templates.find("retry 3 of 3 for 10.0.0.8:9000").ok_or("the line has the template")?;
/// let values: Vec<&str> =
///     templates.parameters(place, "retry 3 of 3 for 10.0.0.8:9000").iter().map(|value| value.value).collect();
/// assert_eq!(values, ["3", "3", "10.0.0.8:9000"]);
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Debug)]
pub struct Miner {
    shapes: Shapes,
    lines: u64,
    tokens: Tokens<false>,
    /// What the shapes became when there was no room; `None` before.
    crowded: Option<Crowded>,
    most_shapes: usize,
}

/// The books of a miner whose shapes were replaced by their templates.
#[derive(Clone, Debug, Default)]
struct Crowded {
    /// For every shape number its place among the shapes.
    places: Vec<u32>,
    /// For every place the number that it is known by.
    ids: Vec<u32>,
    /// The shapes that fit more than one line's form, each with its place.
    patterns: Patterns,
    /// Whether there is no room for more shapes, so that lines are told apart by their first word.
    full: bool,
}

impl Default for Miner {
    fn default() -> Self {
        Self::new()
    }
}

impl Miner {
    /// Creates a miner that has learnt nothing.
    pub fn new() -> Self {
        Self {
            shapes: Shapes::default(),
            lines: 0,
            tokens: Tokens::new(),
            crowded: None,
            most_shapes: MOST_SHAPES,
        }
    }

    /// Learns a line and returns its shape.
    ///
    /// A known shape costs one pass over the line and one look-up.
    pub fn learn(&mut self, line: &str) -> ShapeId {
        self.tokens.read(line);
        self.lines += 1;
        let hash = hash_of(&self.tokens.shape);
        if let Some(place) = self.shapes.count(hash, &self.tokens.shape, &self.tokens.values, 1) {
            return self.id_of(place);
        }
        let shape = std::mem::take(&mut self.tokens.shape);
        let traits = std::mem::take(&mut self.tokens.values);
        let id = self.adopt_unknown(hash, &shape, &traits, 1);
        self.tokens.shape = shape;
        self.tokens.values = traits;
        id
    }

    /// Adds what another miner has learnt, and returns for each of its shapes the one here.
    pub fn merge(&mut self, other: &Self) -> Vec<ShapeId> {
        self.lines += other.lines;
        let by_place: Vec<ShapeId> = (0..other.shapes.len())
            .map(|place| {
                let (shape, traits, lines) =
                    (other.shapes.shape(place), other.shapes.traits(place), other.shapes.lines(place));
                let hash = hash_of(shape);
                match self.shapes.count(hash, shape, traits, lines) {
                    Some(place) => self.id_of(place),
                    None => self.adopt_unknown(hash, shape, traits, lines),
                }
            })
            .collect();
        match &other.crowded {
            None => by_place,
            Some(crowded) => crowded.places.iter().map(|place| by_place[*place as usize]).collect(),
        }
    }

    /// Consolidates the shapes into templates.
    ///
    /// Costs about as much as sorting the words of all shapes; a tenth of a second for ten thousand shapes.
    pub fn settle(&self) -> Templates {
        let (found, of_place) = consolidate(&self.shapes);
        let hashes: Vec<(u64, usize)> = of_place
            .iter()
            .enumerate()
            .map(|(place, pattern)| (hash_of(self.shapes.shape(place)), *pattern))
            .collect();
        let by_id: Vec<usize> = match &self.crowded {
            None => of_place,
            Some(crowded) => crowded.places.iter().map(|place| of_place[*place as usize]).collect(),
        };
        Templates::new(found, &by_id, &hashes)
    }

    /// Returns the number of shapes that are told apart.
    pub fn shapes(&self) -> usize {
        self.shapes.len()
    }

    /// Returns the number of lines that were learnt.
    pub fn lines(&self) -> u64 {
        self.lines
    }

    fn id_of(&self, place: usize) -> ShapeId {
        ShapeId(self.crowded.as_ref().map_or_else(|| short(place), |crowded| crowded.ids[place]))
    }

    /// Adds lines of a shape that is not there, or counts them where they fit when there is no room.
    fn adopt_unknown(&mut self, hash: u64, shape: &[u8], traits: &[Traits], lines: u64) -> ShapeId {
        if let Some(place) = self.fitting(shape) {
            self.shapes.count_at(place, lines);
            return self.id_of(place);
        }
        let full = self.shapes.len() >= self.most_shapes || self.shapes.text_bytes() >= MOST_TEXT;
        if full && self.crowded.as_ref().is_none_or(|crowded| !crowded.full) {
            self.make_room();
            if let Some(place) = self.fitting(shape) {
                self.shapes.count_at(place, lines);
                return self.id_of(place);
            }
        }
        if self.crowded.as_ref().is_some_and(|crowded| crowded.full) {
            return self.adopt_coarsely(shape, lines);
        }
        self.add(hash, shape, traits, lines)
    }

    fn fitting(&self, shape: &[u8]) -> Option<usize> {
        let patterns = &self.crowded.as_ref()?.patterns;
        patterns.owners().nth(patterns.fitting(shape)?)
    }

    fn add(&mut self, hash: u64, shape: &[u8], traits: &[Traits], lines: u64) -> ShapeId {
        let place = self.shapes.add(hash, shape, traits, lines);
        if let Some(crowded) = &mut self.crowded {
            crowded.ids.push(short(crowded.places.len()));
            crowded.places.push(short(place));
        }
        self.id_of(place)
    }

    /// Counts lines under their first word; under nothing when there are too many first words.
    fn adopt_coarsely(&mut self, shape: &[u8], lines: u64) -> ShapeId {
        let end = shape.iter().position(|byte| is_hard(*byte)).unwrap_or(shape.len());
        let room = self.shapes.len() < self.most_shapes + self.most_shapes / 8;
        let mut coarse = Vec::new();
        if room
            && end <= LONGEST_BEGIN
            && end < shape.len()
            && !shape[..=end].iter().any(|byte| is_open(*byte))
        {
            coarse.extend_from_slice(&shape[..=end]);
        }
        coarse.push(TAIL);
        let hash = hash_of(&coarse);
        match self.shapes.count(hash, &coarse, &[Traits::WORD], lines) {
            Some(place) => self.id_of(place),
            None => self.add(hash, &coarse, &[Traits::WORD], lines),
        }
    }

    /// Replaces the shapes by the templates that they have.
    fn make_room(&mut self) {
        let (found, of_place) = consolidate(&self.shapes);
        let mut shapes = Shapes::default();
        let place_of: Vec<u32> = found
            .iter()
            .map(|one| {
                let (text, traits) = (&one.pattern.0[..], &one.traits[..]);
                let hash = hash_of(text);
                let known = shapes.count(hash, text, traits, one.lines);
                short(known.unwrap_or_else(|| shapes.add(hash, text, traits, one.lines)))
            })
            .collect();
        let old = self.crowded.take();
        let places: Vec<u32> = match old {
            None => of_place.iter().map(|pattern| place_of[*pattern]).collect(),
            Some(old) => old.places.iter().map(|place| place_of[of_place[*place as usize]]).collect(),
        };
        let full = shapes.len() > self.most_shapes / 4 * 3 || shapes.text_bytes() > MOST_TEXT / 4 * 3;
        self.shapes = shapes;
        self.crowded = Some(Crowded::new(places, &self.shapes, full));
    }
}

impl Crowded {
    fn new(places: Vec<u32>, shapes: &Shapes, full: bool) -> Self {
        let mut ids = vec![0; shapes.len()];
        for (id, place) in places.iter().enumerate().rev() {
            ids[*place as usize] = short(id);
        }
        let is_general = |shape: &[u8]| shape.iter().any(|byte| matches!(*byte, REST | RUN | MAYBE));
        let general = (0..shapes.len()).filter(|place| is_general(shapes.shape(*place)));
        let patterns =
            Patterns::new(general.map(|place| (Pattern(shapes.shape(place).to_vec()), place)).collect());
        Self { places, ids, patterns, full }
    }
}

fn short(number: usize) -> u32 {
    u32::try_from(number).expect("the caps keep all places below 2^32")
}
