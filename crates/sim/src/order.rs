//! What can be done to a world from outside: faults that begin, remedies that people order, sensors that are taken away.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use wardroom_core::Timestamp;

/// Kinds of faults. The stable word is the file name of the fault and its name in scenarios.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// Memory is lost with every request until the kernel kills the process.
    MemoryLeak,
    /// Something else on the host takes its cores.
    NoisyNeighbour,
    /// Something fills the file system of a host.
    DiskFills,
    /// The disk of a host answers late.
    SlowDisk,
    /// A version that answers with errors, is slow, or leaks.
    BadDeploy,
    /// A setting makes a share of the requests fail.
    ConfigurationError,
    /// A pool of connections is made too small for the load.
    PoolTooSmall,
    /// A component answers late.
    SlowDependency,
    /// A component does not answer at all.
    DeadDependency,
    /// Two groups of hosts cannot reach each other.
    NetworkPartition,
    /// A host loses packets.
    PacketLoss,
    /// The name of a component is not resolved.
    DnsFailure,
    /// The certificate of a component has ended.
    CertificateExpired,
    /// A replica applies more slowly than the primary writes.
    ReplicationLag,
    /// A replica has stopped applying with an error.
    ReplicationStopped,
    /// The primary of a database dies.
    PrimaryCrash,
    /// Transactions lock each other out.
    Deadlocks,
    /// A long transaction holds locks that others wait for.
    LockPileUp,
    /// Something holds the connections of a database.
    ConnectionSaturation,
    /// Dead processes are never collected until the process table is full.
    ZombieProcesses,
    /// A cache loses what it holds.
    CacheFlush,
    /// The consumers of a queue take nothing.
    ConsumerStuck,
    /// Retries multiply the load; it can outlive its cause.
    RetryStorm,
    /// Many more users than usual.
    LoadSurge,
    /// A balancer's registry no longer says what runs.
    RegistrationDrift,
    /// The clock of a host runs away.
    ClockSkew,
    /// A credential has ended or was revoked.
    CredentialExpired,
    /// Somebody tries the ports of a host.
    PortScan,
    /// Somebody tries passwords.
    BruteForce,
    /// A host no longer reports; what runs on it goes on.
    TelemetryLoss,
}

/// How a fault sets in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Onset {
    /// At once.
    #[default]
    Sudden,
    /// Growing evenly to its full strength.
    Ramp {
        /// Seconds until full strength.
        over_s: i64,
    },
    /// There and gone in turns.
    Flapping {
        /// Seconds of one turn, half of it with the fault.
        period_s: i64,
    },
}

/// A fault to begin at a time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FaultSpec {
    /// Its kind.
    pub kind: FaultKind,
    /// Where: the name of a component, an instance or a host, or an edge as `caller -> callee`; what a kind takes stands
    /// in its file.
    pub target: String,
    /// Seconds from the beginning of the run.
    pub at_s: i64,
    /// How it sets in.
    pub onset: Onset,
    /// It ends by itself after so many seconds; `None`: it stays until it is cured.
    pub for_s: Option<i64>,
    /// Its parameters by name, each with its unit in the name.
    pub values: BTreeMap<String, f64>,
    /// A word for kinds that have ways (`errors`, `slow`, `leak` of a bad deploy); empty for the others.
    pub way: String,
}

/// Kinds of remedies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RemedyKind {
    /// Starts an instance, or all of a component one after the other, anew.
    Restart,
    /// Adds an instance.
    ScaleOut,
    /// Takes an instance away.
    ScaleIn,
    /// Returns to the version or configuration before.
    RollBack,
    /// Promotes a replica.
    FailOver,
    /// Takes an instance, or all on a host, out of the traffic.
    Drain,
    /// Sends the calls of a component to another zone.
    ShiftTraffic,
    /// Empties a cache.
    ClearCache,
    /// Sets the size of a pool.
    RaisePool,
    /// Sets the timeout of an edge.
    ChangeTimeout,
    /// Ends the oldest transaction of a database, or the foreign connections that hold it.
    KillTransaction,
    /// Lets a stopped replica skip the transaction at which it stopped.
    SkipReplication,
    /// Makes a replica anew from the primary.
    ReseedReplica,
    /// Makes the file system of a host larger.
    ExpandDisk,
    /// Deletes old logs and dumps on a host.
    CleanDisk,
    /// Installs a certificate that is valid.
    RotateCertificate,
    /// Installs a credential that is valid.
    RenewCredential,
    /// Throws away the messages of a queue.
    PurgeQueue,
    /// Registers with a balancer what runs.
    ReRegister,
    /// Lets only a share of the requests in.
    Throttle,
    /// Switches a feature off.
    FlagOff,
    /// Mutes an alert.
    Silence,
    /// Ends the process that takes the cores of a host.
    StopJob,
    /// Starts the monitoring agent of a host anew.
    RestartAgent,
    /// Sets the clock of a host.
    SyncClock,
    /// Blocks the address that attacks.
    BlockSource,
    /// Has the network repaired: routes, links, resolvers.
    RepairNetwork,
}

/// An action of a person on the world.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Remedy {
    /// What is done.
    pub kind: RemedyKind,
    /// To what: like the target of a fault; for a silence the alert's name.
    pub target: String,
    /// How much, where the kind takes a number (pool size, timeout in ms, share let in, GiB, instances).
    #[serde(default)]
    pub amount: Option<f64>,
}

/// One thing that was done, and when. The list of these, with scenario, seed and start, is the whole run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// The world's time at which it was given; whole seconds.
    pub at: Timestamp,
    /// What it is.
    pub what: OrderKind,
}

/// What can be ordered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderKind {
    /// A person acts.
    Remedy(Remedy),
    /// An instructor lets a fault begin (its `at_s` is counted from the beginning of the run).
    Inject(FaultSpec),
    /// An instructor takes the telemetry of a host or component away.
    TakeSensor(String),
    /// … and gives it back.
    GiveSensor(String),
}

/// Why an order is not carried out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// There is nothing of that name that this can be done to.
    #[error("there is no {wanted} {target:?}")]
    NoSuchTarget {
        /// What was looked for (`component`, `host`, `instance`, `edge`, `alert`).
        wanted: &'static str,
        /// The name that was given.
        target: String,
    },
    /// A number is missing or out of its range.
    #[error("{what} is {given}, and has to be {range}")]
    Amount {
        /// What the number means, with its unit.
        what: &'static str,
        /// What was given; empty: nothing.
        given: String,
        /// What is possible, in words.
        range: String,
    },
    /// The world is not in a condition in which this can be done.
    #[error("not possible now: {reason}")]
    Condition {
        /// A stable word for the reason (`no_previous_version`, `no_replica`, `already_running` …).
        reason: &'static str,
    },
}
