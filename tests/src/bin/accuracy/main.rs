//! `accuracy AREA --data DIR --out DIR [--threads N]`: answers in the scorers' formats.
//!
//! It only translates: the answers come from the functions, with the defaults, that a person's click reaches. It has no
//! knobs, knows no name of a set, system or series, and opens no file that could hold an answer.

mod usage;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use wardroom_tests::accuracy::{Question, anomaly, edges, faults, templates};

const HELP: &str = "\
accuracy AREA --data DIR --out DIR [--threads N]

  anomaly     manifest.json and the tables that it lists    -> anomaly.csv.gz with series,index,score,is_anomaly
  templates   every <Set>.csv[.gz] with line_id,raw,content -> <Set>.pred.csv.gz with line_id,group_id,template
  faults      lines.csv with uid,system,raw,content         -> faults.pred.csv with uid,label,label4,confidence
  edges       alarms.csv[.gz] with alarm_id,device_id,start_timestamp,end_timestamp; topology.csv with
              device_a,device_b may be there               -> edges.csv with cause_alarm,effect_alarm";

fn main() -> ExitCode {
    let begun = Instant::now();
    match answer() {
        Ok(items) => {
            usage::say(items, begun.elapsed());
            ExitCode::SUCCESS
        }
        Err(error) => {
            usage::complain(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// Answers one area; returns how many items were answered.
fn answer() -> Result<u64> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let (area, question) = question(&words)?;
    std::fs::create_dir_all(&question.out)
        .with_context(|| format!("{} cannot be made", question.out.display()))?;
    match area {
        "anomaly" => anomaly::answer(&question),
        "templates" => templates::answer(&question),
        "faults" => faults::answer(&question),
        "edges" => edges::answer(&question),
        other => bail!("the product does not answer `{other}`\n\n{HELP}"),
    }
}

fn question(words: &[String]) -> Result<(&str, Question)> {
    let Some((area, options)) = words.split_first() else { bail!("no area was named\n\n{HELP}") };
    let (mut data, mut out) = (None, None);
    let mut threads = std::thread::available_parallelism().map_or(1, usize::from);
    for pair in options.chunks(2) {
        let [name, value] = pair else { bail!("{} has no value\n\n{HELP}", pair[0]) };
        match name.as_str() {
            "--data" => data = Some(PathBuf::from(value)),
            "--out" => out = Some(PathBuf::from(value)),
            "--threads" => {
                threads =
                    value.parse().ok().filter(|n| *n > 0).context("--threads takes a number from 1 on")?;
            }
            other => bail!("{other} is not known\n\n{HELP}"),
        }
    }
    let data = data.with_context(|| format!("--data is missing\n\n{HELP}"))?;
    if !data.is_dir() {
        bail!("{} is not a folder", data.display());
    }
    Ok((area, Question { data, out: out.with_context(|| format!("--out is missing\n\n{HELP}"))?, threads }))
}
