//! What a list and a debrief show of a drill, beside the world itself.

use serde::{Deserialize, Serialize};

use crate::order::{FaultKind, Remedy};

/// A text in both languages of the program; neither is empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "TextForm")]
pub struct Text {
    /// English.
    pub en: String,
    /// Simplified Chinese.
    #[serde(rename = "zh-CN")]
    pub zh_cn: String,
}

/// A text as it stands in a file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "{ en = \"…\", zh-CN = \"…\" }")]
struct TextForm {
    en: String,
    #[serde(rename = "zh-CN")]
    zh_cn: String,
}

impl TryFrom<TextForm> for Text {
    type Error = &'static str;

    fn try_from(form: TextForm) -> Result<Self, Self::Error> {
        if form.en.trim().is_empty() || form.zh_cn.trim().is_empty() {
            return Err("a text is empty in one of the languages");
        }
        Ok(Self { en: form.en, zh_cn: form.zh_cn })
    }
}

/// A drill in short: everything of a scenario but its world.
#[derive(Clone, Debug, PartialEq)]
pub struct Brief {
    /// The stem of the file's name: `[a-z0-9_]+`.
    pub id: String,
    /// Its place in the list, from 1.
    pub number: u32,
    /// 1 one clear fault, 2 the cause raises no alert, 3 the cure can hurt, 4 the signals mislead.
    pub tier: u8,
    /// 1 to 5.
    pub difficulty: u8,
    /// Minutes that a person needs.
    pub minutes: u32,
    /// Its name.
    pub title: Text,
    /// What it trains, in a few words.
    pub trains: Text,
    /// What the trainee is told before it begins.
    pub briefing: Text,
    /// What is to be reached.
    pub goal: Text,
    /// Length of the run in seconds, at most 10800.
    pub span_s: i64,
    /// Length of the quiet history before the run in seconds, 21600 to 691200, simulated in steps of a minute.
    pub history_s: i64,
    /// The hour of the world's day at which the run begins, 0 to 24, so that a clock on a screen can agree with the briefing.
    pub local_hour: f64,
    /// Points of 100 with which it is passed.
    pub pass_points: u32,
    /// What has to hold in the end; at least one.
    pub objectives: Vec<Objective>,
    /// From vague to plain.
    pub hints: Vec<Text>,
    /// Suggestions, in the order of their times.
    pub advice: Vec<Advice>,
    /// What simulated roles say, in the order of their times.
    pub says: Vec<Say>,
    /// Evidence that helps, in the order in which it would help; at least one piece decides.
    pub useful: Vec<Useful>,
    /// How somebody who knows would solve it.
    pub reference: Reference,
    /// The actions that are offered.
    pub remedies: Vec<RemedyOffer>,
    /// What is really wrong; `None`: nothing.
    pub cause: Option<Cause>,
    /// Doing nothing cures it.
    pub self_healing: bool,
    /// Number of components of the world that answer requests by their own work, workers included.
    pub n_services: u32,
    /// Number of machines.
    pub n_hosts: u32,
}

/// What has to hold in the end.
#[derive(Clone, Debug, PartialEq)]
pub struct Objective {
    /// The entry, component or (where the measure takes one) host that is measured.
    pub component: String,
    /// What is measured there.
    pub measure: Measure,
    /// The measured share that is asked for, 0 to 1.
    pub success_ratio: f64,
    /// For so many seconds without a break.
    pub for_s: i64,
}

/// What an objective measures: always a share from 0 (nothing is as it should be) to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Measure {
    /// Requests that succeed; of an entry, for its users.
    #[default]
    Success,
    /// Requests that succeed within a time; of an entry, for its users.
    Fast {
        /// That time, milliseconds.
        limit_ms: f64,
    },
    /// Answers to reads of a database that are not older than it allows.
    Fresh,
    /// Replicas of a database that apply and are at most so far behind.
    Following {
        /// The lag that is allowed, seconds.
        limit_s: f64,
    },
    /// Time in which the oldest message of a broker is younger than that.
    KeepingUp {
        /// The age that is allowed, seconds.
        limit_s: f64,
    },
    /// Hosts that report: the one, or those on which the component runs.
    Reporting,
    /// Requests to a component that show a right credential, of all with those of attackers.
    Unattacked,
    /// Time in which that share of the disk is free: of the host, or of all on which the component runs.
    Room {
        /// The free share that is asked for, 0 to 1.
        limit_ratio: f64,
    },
    /// Instances of a component whose memory is at most that share of their limit.
    Lean {
        /// The share of the limit that is allowed, 0 to 1.
        limit_ratio: f64,
    },
}

impl Measure {
    /// Returns the stable word (`success`, `fast`, `fresh`, `following`, `keeping_up`, `reporting`, `unattacked`, `room`,
    /// `lean`).
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Fast { .. } => "fast",
            Self::Fresh => "fresh",
            Self::Following { .. } => "following",
            Self::KeepingUp { .. } => "keeping_up",
            Self::Reporting => "reporting",
            Self::Unattacked => "unattacked",
            Self::Room { .. } => "room",
            Self::Lean { .. } => "lean",
        }
    }
}

/// A suggestion during the drill.
#[derive(Clone, Debug, PartialEq)]
pub struct Advice {
    /// Seconds from the beginning of the run.
    pub after_s: i64,
    /// What is suggested.
    pub text: Text,
    /// The action that it suggests; always among the offers.
    pub remedy: Remedy,
    /// Following it is a mistake.
    pub wrong: bool,
    /// Why it is right or wrong, told in the debrief.
    pub why: Text,
}

/// What a simulated role says.
#[derive(Clone, Debug, PartialEq)]
pub struct Say {
    /// Seconds from the beginning of the run.
    pub after_s: i64,
    /// `database`, `support`, `network`, `security`, `customer`, `coach`, `duty_manager` or `developer`.
    pub role: String,
    /// What is said.
    pub text: Text,
    /// Only offered to the instructor, who may say it at any time.
    pub prepared: bool,
}

/// A piece of evidence.
#[derive(Clone, Debug, PartialEq)]
pub struct Useful {
    /// Where it is seen.
    pub screen: Screen,
    /// The entity that is opened (a component, instance, host, or a check on the screen of checks).
    pub subject: String,
    /// The metric, alert or words of a log line; may be empty.
    pub detail: String,
    /// What it says.
    pub what: Text,
    /// It decides between the hypotheses.
    pub decides: bool,
}

/// The screens on which evidence is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Screen {
    /// The overview.
    Now,
    /// Pending and firing alerts.
    Alerts,
    /// Series.
    Metrics,
    /// Log records.
    Logs,
    /// The inventory.
    Catalog,
    /// Deploys, settings, maintenance.
    Changes,
    /// Checks from outside.
    Checks,
}

/// How somebody who knows would solve it. Seconds are counted from the beginning of the run.
#[derive(Clone, Debug, PartialEq)]
pub struct Reference {
    /// The entity at fault; empty when nothing is wrong.
    pub entity: String,
    /// The kind of fault as a stable word; `none` when nothing is wrong.
    pub fault: String,
    /// When it can be noticed.
    pub detect_s: i64,
    /// When its place can be named.
    pub localise_s: i64,
    /// What is done, in order.
    pub steps: Vec<ReferenceStep>,
}

/// One action of the reference solution.
#[derive(Clone, Debug, PartialEq)]
pub struct ReferenceStep {
    /// Seconds from the beginning of the run.
    pub at_s: i64,
    /// The action; always among the offers.
    pub remedy: Remedy,
}

/// An action that is offered.
#[derive(Clone, Debug, PartialEq)]
pub struct RemedyOffer {
    /// The action.
    pub remedy: Remedy,
    /// 1 harmless to 3 dangerous.
    pub risk: u8,
    /// Minutes until it is felt, about.
    pub minutes: f64,
}

/// What is really wrong.
#[derive(Clone, Debug, PartialEq)]
pub struct Cause {
    /// The target of the fault.
    pub entity: String,
    /// Its kind.
    pub fault: FaultKind,
    /// Seconds from the beginning of the run; negative: in the history.
    pub at_s: i64,
}
