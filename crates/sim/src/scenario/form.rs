//! The TOML form of a world and of a drill: every key with its range, before names are looked up.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::brief::{Screen, Text};
use super::number::{Amount, AmountOrNone, Count, Factor, Millis, Number, Seconds, Share, SmallShare, Whole};
use crate::order::{FaultKind, RemedyKind};

/// Seconds within a run of at most three hours.
pub(super) type RunSeconds = Whole<0, 10_800>;

/// A topology: a file of its own, or the table `world` of a scenario.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WorldForm {
    pub(super) missed_scrape_ratio: Option<SmallShare>,
    pub(super) host: Vec<HostForm>,
    #[serde(default)]
    pub(super) service: Vec<ComponentForm>,
    #[serde(default)]
    pub(super) worker: Vec<ComponentForm>,
    #[serde(default)]
    pub(super) database: Vec<ComponentForm>,
    #[serde(default)]
    pub(super) cache: Vec<ComponentForm>,
    #[serde(default)]
    pub(super) broker: Vec<ComponentForm>,
    #[serde(default)]
    pub(super) balancer: Vec<ComponentForm>,
    pub(super) entry: Vec<EntryForm>,
    #[serde(default)]
    pub(super) check: Vec<CheckForm>,
    #[serde(default)]
    pub(super) inventory_error: Vec<InventoryErrorForm>,
}

/// Machines that are alike.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HostForm {
    pub(super) names: Vec<Spanned<String>>,
    pub(super) zone: String,
    pub(super) role: Option<String>,
    pub(super) cores: Option<Number<100, 512_000>>,
    pub(super) memory_gib: Option<Number<100, 4_096_000>>,
    pub(super) disk_gib: Option<Number<1_000, 1_000_000_000>>,
    pub(super) disk_used_gib: Option<Number<0, 1_000_000_000>>,
    pub(super) disk_iops: Option<Number<1_000, 10_000_000_000>>,
    pub(super) network_mbit: Option<Number<1_000, 1_000_000_000>>,
}

/// Components that are alike. Keys of one kind only are refused elsewhere.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ComponentForm {
    pub(super) names: Vec<Spanned<String>>,
    pub(super) technology: Spanned<String>,
    pub(super) instances: Count<1, 200>,
    pub(super) team: String,
    pub(super) tier: Count<1, 3>,
    pub(super) spare: Option<Count<0, 50>>,
    pub(super) role: Option<Spanned<String>>,
    pub(super) hosts: Option<Vec<Spanned<String>>>,
    pub(super) version: Option<String>,
    pub(super) domain: Option<String>,
    pub(super) workers: Option<Count<1, 100_000>>,
    pub(super) own_ms: Option<Millis>,
    pub(super) variation: Option<Number<0, 50_000>>,
    pub(super) backlog: Option<Count<0, 1_000_000>>,
    pub(super) cpu_ms: Option<Millis>,
    pub(super) memory_mib: Option<Number<1_000, 4_000_000_000>>,
    pub(super) memory_limit_mib: Option<Number<1_000, 4_000_000_000>>,
    pub(super) error_ratio: Option<SmallShare>,
    pub(super) start_s: Option<Number<1_000, 1_800_000>>,
    pub(super) cold_factor: Option<Factor>,
    pub(super) warm_s: Option<Number<1_000, 3_600_000>>,
    pub(super) written_bytes: Option<AmountOrNone>,
    pub(super) response_bytes: Option<AmountOrNone>,
    pub(super) lines_per_request: Option<Number<0, 10_000>>,
    pub(super) routes: Option<Spanned<BTreeMap<String, Share>>>,
    pub(super) certificate_days: Option<Number<0, 3_650_000>>,
    pub(super) max_connections: Option<Count<1, 100_000>>,
    pub(super) apply_per_s: Option<Amount>,
    pub(super) stale_after_s: Option<Seconds>,
    pub(super) schemas: Option<Vec<String>>,
    pub(super) failover_s: Option<Number<1_000, 3_600_000>>,
    pub(super) log_bytes_per_write: Option<AmountOrNone>,
    pub(super) hit_ratio: Option<Share>,
    pub(super) working_set: Option<Amount>,
    pub(super) topic: Option<String>,
    pub(super) partitions: Option<Count<1, 10_000>>,
    pub(super) behind: Option<Spanned<String>>,
    pub(super) health_check_s: Option<Number<1_000, 600_000>>,
    pub(super) server_timeout_ms: Option<Millis>,
    pub(super) flag: Option<FlagForm>,
    #[serde(default)]
    pub(super) calls: Vec<CallForm>,
}

/// A feature that can be switched off.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FlagForm {
    pub(super) name: String,
    pub(super) work_ratio: Share,
    /// Whom the component then does not ask.
    pub(super) without: Option<Spanned<String>>,
}

/// What a component asks of another one.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CallForm {
    pub(super) to: Spanned<String>,
    pub(super) kind: Option<Spanned<String>>,
    pub(super) per_request: Option<Number<0, 50_000>>,
    pub(super) fatal_ratio: Option<Share>,
    pub(super) timeout_ms: Option<Millis>,
    pub(super) retries: Option<Count<0, 10>>,
    pub(super) retry_budget: Option<Number<0, 10_000>>,
    pub(super) backoff_ms: Option<Number<0, 60_000_000>>,
    pub(super) breaker: Option<BreakerForm>,
    pub(super) pool: Option<Count<1, 10_000>>,
    pub(super) pool_wait_ms: Option<Millis>,
    /// The cache whose misses come here.
    pub(super) behind: Option<Spanned<String>>,
    pub(super) resolves: Option<bool>,
    pub(super) encrypted: Option<bool>,
    pub(super) authenticated: Option<bool>,
    pub(super) declared: Option<bool>,
}

/// When a caller stops asking.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BreakerForm {
    pub(super) failure_ratio: Number<10, 1_000>,
    pub(super) open_s: Number<1_000, 600_000>,
}

/// Where users come in.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EntryForm {
    pub(super) component: Spanned<String>,
    pub(super) peak_rps: Number<1, 100_000_000>,
    pub(super) phase_h: Option<Number<-12_000, 12_000>>,
    pub(super) patience_ms: Option<Millis>,
}

/// A check from outside.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CheckForm {
    pub(super) name: Spanned<String>,
    pub(super) kind: Spanned<String>,
    pub(super) component: Spanned<String>,
    pub(super) every_s: Option<Whole<5, 3_600>>,
    pub(super) limit_ms: Option<Millis>,
}

/// What is wrong in the inventory.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct InventoryErrorForm {
    pub(super) kind: Spanned<String>,
    pub(super) component: Spanned<String>,
    pub(super) to: Option<Spanned<String>>,
    pub(super) team: Option<String>,
}

/// A scenario.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DrillForm {
    pub(super) id: Spanned<String>,
    pub(super) number: Count<1, 10_000>,
    pub(super) tier: Count<1, 4>,
    pub(super) difficulty: Count<1, 5>,
    pub(super) minutes: Count<1, 120>,
    pub(super) title: Text,
    pub(super) trains: Text,
    pub(super) briefing: Text,
    pub(super) goal: Text,
    pub(super) topology: Option<Spanned<String>>,
    pub(super) world: Option<WorldForm>,
    pub(super) span_min: Whole<5, 180>,
    pub(super) history_h: Option<Whole<6, 192>>,
    pub(super) local_hour: Number<0, 24_000>,
    pub(super) pass_points: Option<Count<1, 100>>,
    #[serde(default)]
    pub(super) self_healing: bool,
    #[serde(default)]
    pub(super) load: LoadForm,
    #[serde(rename = "override", default)]
    pub(super) overrides: Vec<OverrideForm>,
    #[serde(default)]
    pub(super) check: Vec<CheckForm>,
    #[serde(default)]
    pub(super) change: Vec<ChangeForm>,
    #[serde(default)]
    pub(super) fault: Vec<FaultForm>,
    pub(super) objective: Vec<ObjectiveForm>,
    pub(super) hints: Vec<Text>,
    #[serde(default)]
    pub(super) advice: Vec<AdviceForm>,
    #[serde(default)]
    pub(super) say: Vec<SayForm>,
    pub(super) useful: Vec<UsefulForm>,
    pub(super) remedy: Vec<OfferForm>,
    pub(super) reference: ReferenceForm,
    pub(super) cause: Option<CauseForm>,
}

/// The course of the load.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LoadForm {
    /// Times the peaks of the topology's entries.
    pub(super) factor: Option<Number<10, 20_000>>,
    pub(super) night_ratio: Option<Share>,
    pub(super) weekend_ratio: Option<Share>,
    pub(super) noise_ratio: Option<SmallShare>,
    pub(super) growth_per_day: Option<Number<-50, 50>>,
    pub(super) reload_ratio: Option<Share>,
    pub(super) reload_s: Option<Number<1_000, 600_000>>,
    #[serde(default)]
    pub(super) campaign: Vec<CampaignForm>,
}

/// More load for a while.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CampaignForm {
    pub(super) from_s: Whole<-172_800, 10_800>,
    pub(super) for_s: Whole<60, 172_800>,
    pub(super) factor: Number<0, 20_000>,
}

/// Other numbers for a component, one of its calls, or a host of the topology.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OverrideForm {
    /// A component or a host.
    pub(super) of: Spanned<String>,
    /// Whom it asks, when the numbers are those of a call.
    pub(super) to: Option<Spanned<String>>,
    pub(super) instances: Option<Count<1, 200>>,
    pub(super) spare: Option<Count<0, 50>>,
    pub(super) version: Option<String>,
    pub(super) workers: Option<Count<1, 100_000>>,
    pub(super) own_ms: Option<Millis>,
    pub(super) backlog: Option<Count<0, 1_000_000>>,
    pub(super) cpu_ms: Option<Millis>,
    pub(super) memory_mib: Option<Number<1_000, 4_000_000_000>>,
    pub(super) memory_limit_mib: Option<Number<1_000, 4_000_000_000>>,
    pub(super) error_ratio: Option<SmallShare>,
    pub(super) start_s: Option<Number<1_000, 1_800_000>>,
    pub(super) cold_factor: Option<Factor>,
    pub(super) warm_s: Option<Number<1_000, 3_600_000>>,
    pub(super) written_bytes: Option<AmountOrNone>,
    pub(super) certificate_days: Option<Number<0, 3_650_000>>,
    pub(super) max_connections: Option<Count<1, 100_000>>,
    pub(super) apply_per_s: Option<Amount>,
    pub(super) hit_ratio: Option<Share>,
    pub(super) working_set: Option<Amount>,
    pub(super) health_check_s: Option<Number<1_000, 600_000>>,
    pub(super) server_timeout_ms: Option<Millis>,
    pub(super) disk_used_gib: Option<Number<0, 1_000_000_000>>,
    pub(super) per_request: Option<Number<0, 50_000>>,
    pub(super) timeout_ms: Option<Millis>,
    pub(super) retries: Option<Count<0, 10>>,
    pub(super) retry_budget: Option<Number<0, 10_000>>,
    pub(super) backoff_ms: Option<Number<0, 60_000_000>>,
    pub(super) breaker: Option<BreakerForm>,
    pub(super) pool: Option<Count<1, 10_000>>,
    pub(super) pool_wait_ms: Option<Millis>,
}

/// Something altered on purpose: exactly one of the four words.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangeForm {
    pub(super) at_s: Spanned<Whole<-172_800, 10_800>>,
    pub(super) component: Spanned<String>,
    pub(super) deploy: Option<String>,
    pub(super) configure: Option<String>,
    pub(super) maintenance: Option<String>,
    pub(super) for_s: Option<Whole<60, 86_400>>,
    pub(super) restart: Option<Count<0, 199>>,
}

/// A fault to begin.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FaultForm {
    pub(super) kind: Spanned<FaultKind>,
    pub(super) target: Spanned<String>,
    pub(super) at_s: Spanned<Whole<-172_800, 10_800>>,
    pub(super) ramp_s: Option<Spanned<Whole<1, 86_400>>>,
    pub(super) flap_s: Option<Spanned<Whole<10, 3_600>>>,
    pub(super) for_s: Option<Whole<1, 86_400>>,
    pub(super) way: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) values: BTreeMap<Spanned<String>, f64>,
}

/// What has to hold at the end.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ObjectiveForm {
    pub(super) component: Spanned<String>,
    pub(super) measure: Option<Spanned<String>>,
    pub(super) limit_ms: Option<Millis>,
    pub(super) limit_s: Option<Seconds>,
    pub(super) limit_ratio: Option<Share>,
    pub(super) success_ratio: Share,
    pub(super) for_s: Spanned<RunSeconds>,
}

/// A suggestion.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AdviceForm {
    pub(super) after_s: Spanned<RunSeconds>,
    pub(super) text: Text,
    pub(super) remedy: RemedyForm,
    #[serde(default)]
    pub(super) wrong: bool,
    pub(super) why: Text,
}

/// An action.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RemedyForm {
    pub(super) kind: RemedyKind,
    pub(super) target: Spanned<String>,
    pub(super) amount: Option<AmountOrNone>,
}

/// What a simulated role says.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SayForm {
    pub(super) after_s: Spanned<RunSeconds>,
    pub(super) role: Spanned<String>,
    pub(super) text: Text,
    #[serde(default)]
    pub(super) prepared: bool,
}

/// Evidence that helps.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UsefulForm {
    pub(super) screen: Screen,
    pub(super) subject: Spanned<String>,
    #[serde(default)]
    pub(super) detail: String,
    pub(super) what: Text,
    #[serde(default)]
    pub(super) decides: bool,
}

/// An action card.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OfferForm {
    pub(super) kind: Spanned<RemedyKind>,
    pub(super) target: Spanned<String>,
    pub(super) amount: Option<AmountOrNone>,
    pub(super) risk: Count<1, 3>,
    pub(super) minutes: Number<0, 180_000>,
}

/// The reference solution.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReferenceForm {
    pub(super) entity: Spanned<String>,
    /// A kind of fault, or `none`.
    pub(super) fault: Spanned<String>,
    pub(super) detect_s: Spanned<RunSeconds>,
    pub(super) localise_s: Spanned<RunSeconds>,
    #[serde(default)]
    pub(super) steps: Vec<StepForm>,
}

/// One action of the reference solution.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StepForm {
    pub(super) at_s: Spanned<RunSeconds>,
    pub(super) kind: RemedyKind,
    pub(super) target: Spanned<String>,
    pub(super) amount: Option<AmountOrNone>,
}

/// The cause, when it is not the first fault.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CauseForm {
    pub(super) entity: Spanned<String>,
    pub(super) fault: FaultKind,
    pub(super) at_s: Spanned<Whole<-172_800, 10_800>>,
}
