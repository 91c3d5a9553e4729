//! Everything in a world that changes: one value, cloned for a snapshot and serialised for a file.

mod carry;

use serde::{Deserialize, Serialize};
use wardroom_core::Timestamp;

pub(crate) use carry::Carry;

use crate::order::{FaultSpec, Remedy};
use crate::plan::{EdgePlan, HostPlan, Plan};

/// The whole state at one moment. The next one follows from it, the plan and the orders alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct State {
    /// The moment up to which the world has moved.
    pub(crate) at: Timestamp,
    pub(crate) hosts: Vec<HostState>,
    pub(crate) components: Vec<ComponentState>,
    pub(crate) instances: Vec<InstanceState>,
    pub(crate) edges: Vec<EdgeState>,
    /// One for each caller instance of each edge (`Plan::links`).
    pub(crate) links: Vec<LinkState>,
    /// One for each entry of the load.
    pub(crate) entries: Vec<EntryState>,
    /// One for each check.
    pub(crate) checks: Vec<CheckState>,
    /// Faults that have been started, those of the scenario first.
    pub(crate) faults: Vec<FaultState>,
    /// Remedies under way and done.
    pub(crate) remedies: Vec<RemedyState>,
    /// What went wrong for users and data since the beginning of the run (the history does not count).
    pub(crate) harm: Harm,
    /// Names of hosts and components whose telemetry an instructor took away.
    pub(crate) sensors_away: Vec<String>,
}

/// One machine.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct HostState {
    /// Share of the cores in use, 0 to 1, in the last step.
    pub(crate) cpu_ratio: f64,
    /// CPU seconds used since it started.
    pub(crate) cpu_seconds: f64,
    /// CPU demand over supply; above 1 everything on it takes that many times as long.
    pub(crate) cpu_pressure: f64,
    pub(crate) memory_used_mib: f64,
    pub(crate) disk_used_gib: f64,
    pub(crate) disk_size_gib: f64,
    /// Share of time the disk is busy, 0 to 1.
    pub(crate) disk_ratio: f64,
    /// Milliseconds one disk operation takes.
    pub(crate) disk_ms: f64,
    pub(crate) disk_ops: f64,
    pub(crate) disk_io_seconds: f64,
    pub(crate) received_bytes: f64,
    pub(crate) sent_bytes: f64,
    pub(crate) dropped_packets: f64,
    /// Share of what its network carries that is used, 0 to 1: of the busier direction.
    pub(crate) network_ratio: f64,
    /// By how many milliseconds one packet takes longer than on an idle link.
    pub(crate) network_ms: f64,
    /// Share of packets for which the link has no room.
    pub(crate) full_ratio: f64,
    pub(crate) processes: f64,
    pub(crate) zombies: f64,
    /// Its clock minus the true one, seconds.
    pub(crate) clock_offset_s: f64,
    /// Connections that were refused by the firewall (port scans end here).
    pub(crate) refused_connections: f64,
    /// Failed sign-ins since it started.
    pub(crate) failed_logins: f64,
    pub(crate) up: bool,
    pub(crate) started_at: Timestamp,
    // Set anew by the faults in every step:
    /// Cores that something else takes.
    pub(crate) stolen_cores: f64,
    /// The disk takes this many times as long (1: as it should).
    pub(crate) disk_slow: f64,
    /// Something fills the disk, GiB a second.
    pub(crate) disk_growth_gib_s: f64,
    /// Nothing of it arrives at the monitoring.
    pub(crate) silent: bool,
    /// Share of packets lost on its link.
    pub(crate) loss_ratio: f64,
    /// Every answer over its link takes longer by this, milliseconds.
    pub(crate) delay_ms: f64,
    /// Something else sends so much over its link, Mbit/s.
    pub(crate) taken_mbit: f64,
    /// Hosts with different sides cannot reach each other; 0 is everybody's side.
    pub(crate) side: u8,
}

/// What holds for a whole component.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct ComponentState {
    /// The version that is being rolled out or runs.
    pub(crate) version: String,
    /// The one before, to which a roll-back returns.
    pub(crate) previous_version: String,
    /// The last configuration change is in force and wrong (set by a fault, cleared by a roll-back).
    pub(crate) bad_configuration: bool,
    /// When its certificate ends.
    pub(crate) certificate_until: Option<Timestamp>,
    pub(crate) flag_on: bool,
    /// Share of the offered requests that is let in (1: all); set by the remedy *throttle*.
    pub(crate) admitted_ratio: f64,
    /// Workers of one instance, timeouts and pools as they are set at this moment stand in instances and edges.
    pub(crate) database: Option<DatabaseState>,
    pub(crate) cache: Option<CacheState>,
    pub(crate) broker: Option<BrokerState>,
    pub(crate) balancer: Option<BalancerState>,
    // Set anew by the faults in every step:
    /// Share of name look-ups of it that fail, and by how many milliseconds one takes longer.
    pub(crate) unresolved_ratio: f64,
    pub(crate) lookup_ms: f64,
    /// Share of requests to it whose credential is refused.
    pub(crate) unauthorized_ratio: f64,
}

/// What an instance is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Phase {
    /// A free place: there is nothing.
    #[default]
    Absent,
    /// Starts and answers from that time on.
    Starting(Timestamp),
    /// Answers.
    Up,
    /// Answers what it has and takes nothing new.
    Draining,
    /// Is there but does nothing: requests run into timeouts.
    Hanging,
    /// Died; requests are refused at once. Somebody has to start it again.
    Crashed,
}

/// One running copy: a queue with workers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct InstanceState {
    pub(crate) phase: Phase,
    pub(crate) started_at: Timestamp,
    pub(crate) version: String,
    /// Workers at this moment.
    pub(crate) workers: f64,
    /// Requests inside: waiting or worked on. Whole.
    pub(crate) inside: u64,
    pub(crate) leaving: Carry,
    pub(crate) arriving: Carry,
    /// Of what arrives, the part that is not let in.
    pub(crate) admitting: Carry,
    /// Mean time of one request inside, seconds, waiting included, in the last step.
    pub(crate) response_s: f64,
    /// Mean time a worker is held by one request, seconds.
    pub(crate) holding_s: f64,
    /// Share of the workers that are held, 0 to 1.
    pub(crate) busy_ratio: f64,
    /// Share of what came out in the last step that failed.
    pub(crate) failed_ratio: f64,
    /// Share of what was offered in the last step that was refused at once.
    pub(crate) refused_ratio: f64,
    /// Seconds since it last answered; 0 while it does. Whoever looks for instances finds out after some seconds.
    pub(crate) unseen_s: f64,
    /// What may arrive in the next step over what arrived in the last one: callers have only so many workers to wait
    /// with.
    pub(crate) headroom: f64,
    /// Requests that a crash or restart ended since the last step.
    pub(crate) lost: u64,
    /// Requests of the last step, a second.
    pub(crate) offered_rps: f64,
    pub(crate) completed_rps: f64,
    pub(crate) memory_mib: f64,
    /// Memory that is never given back (until a restart).
    pub(crate) leaked_mib: f64,
    pub(crate) cpu_seconds: f64,
    /// Open connections, made by others.
    pub(crate) connections: f64,
    // Books, whole, since the process began (they begin anew at a restart): offered = refused + ok + failed + inside.
    pub(crate) offered: u64,
    pub(crate) refused: u64,
    pub(crate) ok: u64,
    pub(crate) failed: u64,
    /// Of `failed`: by the caller's fault (status 4xx), by timeouts of what it asked.
    pub(crate) unauthorized: u64,
    pub(crate) timed_out: u64,
    pub(crate) failing: Carry,
    pub(crate) timing_out: Carry,
    pub(crate) denying: Carry,
    pub(crate) response_sum_s: f64,
    /// Completed requests not slower than each of `BUCKETS_S`, in fractions.
    pub(crate) buckets: [f64; N_BUCKETS],
    pub(crate) sent_bytes: f64,
    pub(crate) restarts: u32,
    pub(crate) killed_for_memory: u32,
    // Set anew by the faults in every step:
    /// Own work takes longer by this, milliseconds.
    pub(crate) extra_ms: f64,
    /// Own work takes this many times as long (1: as it should).
    pub(crate) slow: f64,
    /// Share of requests that fail besides.
    pub(crate) extra_error_ratio: f64,
    /// Memory lost for each request, MiB.
    pub(crate) leak_mib: f64,
    /// Workers that are stuck.
    pub(crate) stuck_workers: f64,
}

/// Number of buckets with a bound.
pub(crate) const N_BUCKETS: usize = 11;

/// Upper bounds of the duration buckets in seconds: the defaults of the Prometheus client libraries.
pub(crate) const BUCKETS_S: [f64; N_BUCKETS] =
    [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// Settings and condition of an edge that hold for all its callers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct EdgeState {
    pub(crate) timeout_ms: f64,
    pub(crate) retries: u32,
    /// Retries allowed, as a share of calls; 1 and more is no budget.
    pub(crate) retry_budget: f64,
    pub(crate) pool_size: Option<u32>,
    /// Shares of the calls by the zone of the callee, where traffic was shifted; empty where it was not.
    pub(crate) weights_by_zone: Vec<(String, f64)>,
    // Set anew by the faults in every step:
    pub(crate) extra_ms: f64,
    pub(crate) loss_ratio: f64,
    /// Nothing gets through: calls run into their timeout.
    pub(crate) cut: bool,
    /// Share of calls that fail at once.
    pub(crate) failing_ratio: f64,
}

/// One caller instance's side of an edge.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct LinkState {
    /// Requests that wait for or hold a connection, as a real number.
    pub(crate) in_pool: f64,
    /// Connections in use, mean.
    pub(crate) in_use: f64,
    pub(crate) waiting: f64,
    /// Mean wait for a connection, seconds.
    pub(crate) wait_s: f64,
    /// Mean time of one call with all its tries, seconds.
    pub(crate) time_s: f64,
    /// Mean time of one try, without the wait for a connection, seconds.
    pub(crate) try_s: f64,
    /// Tries a second that reach an instance, evened over some steps.
    pub(crate) sent_rps: f64,
    /// Share of the tries that run into the timeout.
    pub(crate) timed_out_ratio: f64,
    /// Share of one try that fails, and of the call after all tries.
    pub(crate) try_failed_ratio: f64,
    pub(crate) failed_ratio: f64,
    /// The breaker refuses until then; `None`: closed.
    pub(crate) open_until: Option<Timestamp>,
    pub(crate) calling: Carry,
    pub(crate) trying: Carry,
    pub(crate) arriving: Carry,
    // Books, whole: tries = answered + failed_tries = arrived + lost on the way.
    pub(crate) calls: u64,
    pub(crate) tries: u64,
    pub(crate) arrived: u64,
    pub(crate) failed_tries: u64,
    pub(crate) failing: Carry,
    pub(crate) refused_by_breaker: u64,
    pub(crate) refusing: Carry,
    pub(crate) time_sum_s: f64,
}

/// A database.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct DatabaseState {
    /// Position of the primary among `Plan::instances`; `None`: there is none.
    pub(crate) primary: Option<usize>,
    /// A promotion ends then, with the instance that becomes primary.
    pub(crate) promotion: Option<(Timestamp, usize)>,
    /// One for each instance of the component, in order (the primary's own is unused).
    pub(crate) replicas: Vec<ReplicaState>,
    /// Writes since the beginning, whole; a replica's lag is measured in these.
    pub(crate) writes: u64,
    pub(crate) write_rps: f64,
    /// Share of the primary's requests that write, in the last step.
    pub(crate) write_ratio: f64,
    pub(crate) writing: Carry,
    /// Writes that were acknowledged and lost by a promotion.
    pub(crate) lost_writes: u64,
    /// Seconds for which the oldest open transaction has been running; 0: none of note.
    pub(crate) oldest_transaction_s: f64,
    /// Share of the writes that meet a lock held by it.
    pub(crate) locked_ratio: f64,
    /// Transactions that wait for a lock.
    pub(crate) lock_waiters: f64,
    pub(crate) deadlocks: f64,
    /// Connections in use, over all callers.
    pub(crate) connections: f64,
    pub(crate) max_connections: u32,
    /// Connections that something not of this world's services holds.
    pub(crate) foreign_connections: f64,
    /// Share of new connections that are refused.
    pub(crate) refused_ratio: f64,
    /// Two instances believe that they are the primary.
    pub(crate) two_primaries: bool,
}

/// One replica.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct ReplicaState {
    /// Writes that it has not applied.
    pub(crate) behind: f64,
    /// The same in seconds of the present write rate; what the replica itself says.
    pub(crate) lag_s: f64,
    /// It does not apply at all (an error, or stopped by a person).
    pub(crate) stopped: bool,
    /// The number of the error that stopped it; 0: none.
    pub(crate) error: u32,
    /// Being made anew until then.
    pub(crate) seeding_until: Option<Timestamp>,
    /// Reads are sent to it.
    pub(crate) serves: bool,
    /// Its data is no longer that of the primary (something was skipped).
    pub(crate) diverged: bool,
    /// Set anew by the faults in every step: the speed of applying (1: as planned).
    pub(crate) apply_ratio: f64,
}

/// A cache.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct CacheState {
    /// How much of the working set is there, 0 to 1.
    pub(crate) warmth: f64,
    pub(crate) hits: f64,
    pub(crate) misses: f64,
}

/// A broker with its one topic.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct BrokerState {
    /// Messages published, taken, thrown away: whole; lag = published − taken − purged.
    pub(crate) published: u64,
    pub(crate) taken: u64,
    pub(crate) purged: u64,
    /// Messages that wait, as an exporter would see it: of what was published within the step itself only the last
    /// second, because consumers that keep up took the rest. In a step of a minute it would else look like a queue.
    pub(crate) waiting: u64,
    /// Age of the oldest message, seconds.
    pub(crate) oldest_s: f64,
    /// Set anew by the faults in every step: consumers take nothing.
    pub(crate) consumers_stuck: bool,
}

/// A balancer's view of whom it may ask.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct BalancerState {
    /// One for each instance of the component behind, in order: registered.
    pub(crate) registered: Vec<bool>,
    /// Taken out by the health check.
    pub(crate) unhealthy: Vec<bool>,
    /// Registered addresses behind which nothing runs (a ghost takes its share of the requests and answers none).
    pub(crate) ghosts: u32,
    /// Re-registers by itself what runs; off when the registry has drifted.
    pub(crate) in_step: bool,
}

/// One entry of the load.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct EntryState {
    pub(crate) arriving: Carry,
    /// Users who failed and try again, by the second at which they do (a ring).
    pub(crate) reloads: Vec<f64>,
    /// Share of the last step's requests that failed for their users.
    pub(crate) failed_ratio: f64,
    pub(crate) response_s: f64,
    /// Books, whole: asked = ok + failed + inside the world.
    pub(crate) asked: u64,
    pub(crate) ok: u64,
    pub(crate) failed: u64,
    pub(crate) inside: u64,
    pub(crate) failing: Carry,
    /// Shares of the users by the zone in which they come in, where traffic was shifted; empty where it was not.
    pub(crate) weights_by_zone: Vec<(String, f64)>,
    /// Set anew by the faults in every step: more load, as a factor.
    pub(crate) surge: f64,
}

/// The last outcome of a check.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct CheckState {
    pub(crate) ok: bool,
    pub(crate) took_ms: f64,
    /// For a transaction: each step's component and whether it worked.
    pub(crate) steps: Vec<(usize, bool)>,
    pub(crate) ran_at: Timestamp,
}

/// A fault that was started.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct FaultState {
    pub(crate) spec: FaultSpec,
    pub(crate) began: Timestamp,
    /// When it ended (cured, or ended by itself).
    pub(crate) ended: Option<Timestamp>,
    /// A number of its own (bytes written, attempts made …), for faults that grow.
    pub(crate) progress: f64,
    /// Injected by an instructor.
    pub(crate) injected: bool,
}

/// A remedy that was ordered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct RemedyState {
    pub(crate) remedy: Remedy,
    pub(crate) ordered: Timestamp,
    /// When it takes effect.
    pub(crate) effective: Timestamp,
    pub(crate) done: bool,
    /// What a person would read in its transcript, as data: a stable word and values.
    pub(crate) outcome: Option<(String, Vec<(String, String)>)>,
}

/// What went wrong for users and data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Harm {
    /// Requests of users, whole.
    pub(crate) asked: u64,
    pub(crate) failed: u64,
    /// Acknowledged writes that are gone; messages thrown away.
    pub(crate) lost_writes: u64,
    pub(crate) lost_messages: u64,
    /// Answers from stale replicas.
    pub(crate) stale_reads: u64,
    pub(crate) stale: Carry,
}

impl State {
    /// Returns the state at the beginning of the history: everything that is present runs, nothing waits.
    pub(crate) fn new(plan: &Plan, at: Timestamp, run_start: Timestamp) -> Self {
        Self {
            at,
            hosts: plan.hosts.iter().map(|h| HostState::new(h, at)).collect(),
            components: (0..plan.components.len()).map(|c| ComponentState::new(plan, c, run_start)).collect(),
            instances: (0..plan.instances.len()).map(|i| InstanceState::new(plan, i, at)).collect(),
            edges: plan.edges.iter().map(EdgeState::new).collect(),
            links: vec![LinkState::default(); plan.n_links],
            entries: plan.load.entries.iter().map(|_| EntryState::new(plan.load.reload_s)).collect(),
            checks: vec![CheckState { ok: true, ran_at: at, ..CheckState::default() }; plan.checks.len()],
            faults: Vec::new(),
            remedies: Vec::new(),
            harm: Harm::default(),
            sensors_away: Vec::new(),
        }
    }

    /// Returns the lag of a broker's topic, in messages.
    pub(crate) fn lag(&self, component: usize) -> u64 {
        self.components[component]
            .broker
            .as_ref()
            .map_or(0, |b| b.published.saturating_sub(b.taken).saturating_sub(b.purged))
    }

    /// Reports whether an instance answers requests.
    pub(crate) fn answers(&self, plan: &Plan, instance: usize) -> bool {
        let up = matches!(self.instances[instance].phase, Phase::Up | Phase::Draining);
        up && self.hosts[plan.instances[instance].host].up
    }
}

impl HostState {
    fn new(plan: &HostPlan, at: Timestamp) -> Self {
        Self {
            disk_used_gib: plan.disk_used_gib,
            disk_size_gib: plan.disk_gib,
            disk_ms: 1000.0 / plan.disk_iops.max(1.0),
            up: true,
            // A machine has been up for some weeks.
            started_at: at.plus_millis(-1_814_400_000),
            disk_slow: 1.0,
            ..Self::default()
        }
    }
}

impl ComponentState {
    fn new(plan: &Plan, component: usize, run_start: Timestamp) -> Self {
        let c = &plan.components[component];
        Self {
            version: c.version.clone(),
            certificate_until: c.certificate_days.map(|d| run_start.plus_millis(whole(d * 86_400_000.0))),
            flag_on: true,
            admitted_ratio: 1.0,
            database: c.database.as_ref().map(|d| DatabaseState::new(plan, component, d.max_connections)),
            cache: c.cache.map(|_| CacheState { warmth: 1.0, ..CacheState::default() }),
            broker: c.broker.as_ref().map(|_| BrokerState::default()),
            balancer: c.balancer.map(|b| BalancerState::new(plan, b.behind)),
            ..Self::default()
        }
    }
}

impl DatabaseState {
    fn new(plan: &Plan, component: usize, max_connections: u32) -> Self {
        let instances = plan.components[component].instances.clone();
        let replica = |i: usize| ReplicaState {
            serves: plan.instances[i].present && i != instances.start,
            apply_ratio: 1.0,
            ..ReplicaState::default()
        };
        Self {
            primary: Some(instances.start),
            replicas: instances.clone().map(replica).collect(),
            max_connections,
            ..Self::default()
        }
    }
}

impl BalancerState {
    fn new(plan: &Plan, behind: usize) -> Self {
        let registered: Vec<bool> =
            plan.components[behind].instances.clone().map(|i| plan.instances[i].present).collect();
        Self { unhealthy: vec![false; registered.len()], registered, ghosts: 0, in_step: true }
    }
}

impl InstanceState {
    fn new(plan: &Plan, instance: usize, at: Timestamp) -> Self {
        let own = &plan.instances[instance];
        let component = &plan.components[own.component];
        let workers = if own.present { f64::from(component.workers) } else { 0.0 };
        Self {
            phase: if own.present { Phase::Up } else { Phase::Absent },
            // Processes have been running for some days, so that nothing is cold.
            started_at: at.plus_millis(-432_000_000),
            version: component.version.clone(),
            workers,
            response_s: component.own_ms / 1000.0,
            holding_s: component.own_ms / 1000.0,
            memory_mib: if own.present { component.memory_mib } else { 0.0 },
            unseen_s: if own.present { 0.0 } else { UNSEEN_S },
            headroom: NO_LIMIT,
            leaving: Carry::HALF,
            slow: 1.0,
            ..Self::default()
        }
    }
}

impl EdgeState {
    fn new(plan: &EdgePlan) -> Self {
        Self {
            timeout_ms: plan.timeout_ms,
            retries: plan.retries,
            retry_budget: plan.retry_budget,
            pool_size: plan.pool.map(|p| p.size),
            ..Self::default()
        }
    }
}

impl EntryState {
    fn new(reload_s: f64) -> Self {
        let slots = usize::try_from(whole(reload_s.max(1.0))).unwrap_or(1);
        Self { reloads: vec![0.0; slots], surge: 1.0, ..Self::default() }
    }
}

/// Seconds after which an instance that does not answer is no longer asked.
pub(crate) const UNSEEN_S: f64 = 5.0;

/// A headroom that limits nothing.
pub(crate) const NO_LIMIT: f64 = 1e9;

#[expect(clippy::cast_possible_truncation, reason = "plans hold spans of at most some years")]
fn whole(value: f64) -> i64 {
    value as i64
}
