//! Templates: every line of a set gets the number of its group and the text of its template.

use std::thread;

use anyhow::{Result, bail};
use wardroom_analysis::logs::{Miner, ShapeId};

use crate::accuracy::Question;
use crate::accuracy::tables::{Answers, rows, sets};

/// The lines of one table: their numbers and their texts.
#[derive(Default)]
struct Lines {
    ids: Vec<String>,
    texts: Vec<String>,
}

/// Answers every set of the folder; returns the number of lines.
///
/// # Errors
///
/// A table that is not as described; an answer that cannot be written.
pub fn answer(question: &Question) -> Result<u64> {
    let sets = sets(&question.data)?;
    if sets.is_empty() {
        bail!("{} has no <Set>.csv", question.data.display());
    }
    let mut total = 0;
    for (name, path) in sets {
        let mut lines = Lines::default();
        total += rows(&path, ["line_id", "content"], |[id, content]| {
            lines.ids.push(id.to_owned());
            lines.texts.push(content.to_owned());
            Ok(())
        })?;
        let out = question.out.join(format!("{name}.pred.csv.gz"));
        let mut answers = Answers::begin(&out, &["line_id", "group_id", "template"])?;
        write(&lines, question.threads, &mut answers)?;
        answers.end()?;
    }
    Ok(total)
}

fn write(lines: &Lines, threads: usize, answers: &mut Answers) -> Result<()> {
    let (miner, shapes) = learn(&lines.texts, threads);
    let templates = miner.settle();
    let texts: Vec<String> = templates.all().iter().map(wardroom_analysis::logs::LogTemplate::text).collect();
    for (id, shape) in lines.ids.iter().zip(shapes) {
        let group = templates.of_shape(shape);
        answers.row(&[id, &group.to_string(), &texts[group]])?;
    }
    Ok(())
}

/// Learns all lines, split over threads as the program splits a file; the result is the same for any number of them.
fn learn(texts: &[String], threads: usize) -> (Miner, Vec<ShapeId>) {
    let piece = texts.len().div_ceil(threads).max(1);
    let learnt: Vec<(Miner, Vec<ShapeId>)> = thread::scope(|scope| {
        let workers: Vec<_> = texts
            .chunks(piece)
            .map(|part| {
                scope.spawn(move || {
                    let mut miner = Miner::new();
                    let shapes = part.iter().map(|text| miner.learn(text)).collect();
                    (miner, shapes)
                })
            })
            .collect();
        workers.into_iter().map(|w| w.join().expect("learning a line does not panic")).collect()
    });
    let mut all = Miner::new();
    let mut shapes = Vec::with_capacity(texts.len());
    for (miner, part) in learnt {
        let ours = all.merge(&miner);
        shapes.extend(part.into_iter().map(|shape: ShapeId| ours[shape.0 as usize]));
    }
    (all, shapes)
}
