//! What a world consists of: the checked plan that a scenario becomes, and that never changes during a run.

use std::ops::Range;

#[cfg(test)]
mod shop;

#[cfg(test)]
pub(crate) use shop::shop;

/// Everything that stands, with its settings at the beginning of the run.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Plan {
    /// The machines.
    pub(crate) hosts: Vec<HostPlan>,
    /// Services, databases, caches, brokers and balancers; whoever calls stands before whom it calls.
    pub(crate) components: Vec<ComponentPlan>,
    /// Running copies of components, grouped by component in its order.
    pub(crate) instances: Vec<InstancePlan>,
    /// Who asks whom, grouped by caller in its order.
    pub(crate) edges: Vec<EdgePlan>,
    /// Edges times the caller's instances: the position of an edge's first link; one link for each caller instance.
    pub(crate) first_link: Vec<usize>,
    /// Number of links.
    pub(crate) n_links: usize,
    /// The course of the load.
    pub(crate) load: LoadPlan,
    /// What is altered on purpose, by time.
    pub(crate) changes: Vec<ChangePlan>,
    /// What is checked from outside.
    pub(crate) checks: Vec<CheckPlan>,
    /// What the inventory says that is not so, or does not say.
    pub(crate) inventory_errors: Vec<InventoryError>,
    /// Share of scrapes that fail for no reason that matters, 0 to 0.05.
    pub(crate) missed_scrape_ratio: f64,
}

/// One machine.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct HostPlan {
    pub(crate) name: String,
    /// The site or availability zone.
    pub(crate) zone: String,
    pub(crate) cores: f64,
    pub(crate) memory_mib: f64,
    /// The file system on which data and logs lie.
    pub(crate) disk_gib: f64,
    pub(crate) disk_used_gib: f64,
    /// Operations a second that the disk carries.
    pub(crate) disk_iops: f64,
    pub(crate) network_mbit: f64,
}

/// What a component is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ComponentKind {
    /// Answers requests by its own work and by asking others.
    Service,
    /// Takes messages of a broker and works on them; no one waits for it.
    Worker,
    /// A primary (instance 0 at the beginning) and replicas.
    Database,
    /// Keeps answers of something slower.
    Cache,
    /// Keeps messages until they are taken.
    Broker,
    /// Passes requests on to the instances that are registered with it.
    Balancer,
}

/// What it is made with; decides names of metrics and the words of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Technology {
    Go,
    Java,
    Node,
    Python,
    Nginx,
    Haproxy,
    Postgres,
    Mysql,
    Redis,
    Kafka,
}

impl Technology {
    /// Returns the technology that scenarios call by a word.
    pub(crate) fn named(word: &str) -> Option<Self> {
        Some(match word {
            "go" => Self::Go,
            "java" => Self::Java,
            "node" => Self::Node,
            "python" => Self::Python,
            "nginx" => Self::Nginx,
            "haproxy" => Self::Haproxy,
            "postgres" => Self::Postgres,
            "mysql" => Self::Mysql,
            "redis" => Self::Redis,
            "kafka" => Self::Kafka,
            _ => return None,
        })
    }
}

/// One component. Times are milliseconds, shares 0 to 1.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ComponentPlan {
    pub(crate) name: String,
    pub(crate) kind: ComponentKind,
    pub(crate) technology: Technology,
    pub(crate) version: String,
    /// The business domain (`shop`, `payments`, `platform`).
    pub(crate) domain: String,
    /// The team that owns it, under example.net (`team-checkout`).
    pub(crate) team: String,
    /// Importance: 1 (the business stops) to 3.
    pub(crate) tier: u8,
    pub(crate) instances: Range<usize>,
    pub(crate) edges: Range<usize>,
    /// Requests that one instance works on at the same time.
    pub(crate) workers: u32,
    /// Own work for one request, mean, without waiting for others.
    pub(crate) own_ms: f64,
    /// Squared coefficient of variation of the own work (1 is exponential).
    pub(crate) variation: f64,
    /// Requests that may wait in one instance; more are refused at once.
    pub(crate) backlog: u32,
    /// CPU time of one request.
    pub(crate) cpu_ms: f64,
    pub(crate) memory_mib: f64,
    /// Limit at which the kernel kills the process.
    pub(crate) memory_limit_mib: f64,
    /// Share of requests that fail for reasons of its own, always.
    pub(crate) error_ratio: f64,
    /// Seconds from a start until it answers.
    pub(crate) start_s: f64,
    /// After a start the own work takes up to this many times as long, falling to 1 within `warm_s`.
    pub(crate) cold_factor: f64,
    pub(crate) warm_s: f64,
    /// Disk bytes written for one request (logs and data).
    pub(crate) written_bytes: f64,
    pub(crate) response_bytes: f64,
    /// Log lines for one request that went well.
    pub(crate) lines_per_request: f64,
    /// Routes with the share of requests of each; the shares add up to 1.
    pub(crate) routes: Vec<(String, f64)>,
    /// Days from the beginning of the run until its certificate ends; `None`: it has none.
    pub(crate) certificate_days: Option<f64>,
    pub(crate) database: Option<DatabasePlan>,
    pub(crate) cache: Option<CachePlan>,
    pub(crate) broker: Option<BrokerPlan>,
    pub(crate) balancer: Option<BalancerPlan>,
    /// A feature flag that can be switched off: share of the own work and of the calls of edge `optional` that it costs.
    pub(crate) flag: Option<FlagPlan>,
}

/// What is special about a database.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct DatabasePlan {
    pub(crate) max_connections: u32,
    /// Writes that a replica can apply in a second.
    pub(crate) apply_per_s: f64,
    /// Replicas further behind than this answer wrongly (stale), in seconds.
    pub(crate) stale_after_s: f64,
    /// Names of schemas, for labels and stored-procedure checks.
    pub(crate) schemas: Vec<String>,
    /// How long a promotion takes, seconds.
    pub(crate) failover_s: f64,
    /// Bytes of log kept for each write while a replica does not take it.
    pub(crate) log_bytes_per_write: f64,
}

/// What is special about a cache.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct CachePlan {
    /// Share of lookups that a warm cache answers.
    pub(crate) hit_ratio: f64,
    /// Misses after which a cold cache is warm to 63 %.
    pub(crate) working_set: f64,
}

/// What is special about a broker.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct BrokerPlan {
    /// The one topic.
    pub(crate) topic: String,
    pub(crate) partitions: u32,
}

/// What is special about a balancer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct BalancerPlan {
    /// The component whose instances are registered.
    pub(crate) behind: usize,
    /// Whether dead backends are taken out by themselves, and after how many seconds.
    pub(crate) health_check_s: Option<f64>,
}

/// A feature that can be switched off.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct FlagPlan {
    pub(crate) name: String,
    /// Share of the own work that falls away.
    pub(crate) work_ratio: f64,
    /// The edge that is then not asked; position in `Plan::edges`.
    pub(crate) edge: Option<usize>,
}

/// A copy of a component on a host.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct InstancePlan {
    /// `checkout-2`.
    pub(crate) name: String,
    pub(crate) component: usize,
    pub(crate) host: usize,
    /// Exists at the beginning; the others are free places for scaling out.
    pub(crate) present: bool,
}

/// How one component asks another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum EdgeKind {
    /// A call that is waited for.
    Call,
    /// A read of a database; goes to replicas where there are any.
    Read,
    /// A write of a database; goes to the primary.
    Write,
    /// A lookup in a cache; the edge with `behind` set to this one is asked on a miss only.
    Lookup,
    /// A message to a broker; waited for until the broker has it.
    Publish,
    /// The worker takes messages from a broker.
    Consume,
}

/// Who asks whom, and what it puts up with.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct EdgePlan {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) kind: EdgeKind,
    /// Calls for one request.
    pub(crate) per_request: f64,
    /// Share of failed calls that make the request fail; the others have a fallback.
    pub(crate) fatal_ratio: f64,
    pub(crate) timeout_ms: f64,
    /// Further tries after a failure.
    pub(crate) retries: u32,
    /// Retries allowed, as a share of calls; 1 and more is no budget.
    pub(crate) retry_budget: f64,
    pub(crate) backoff_ms: f64,
    pub(crate) breaker: Option<BreakerPlan>,
    /// Connections of one caller instance; `None`: as many as it likes.
    pub(crate) pool: Option<PoolPlan>,
    /// The lookup whose misses come here; position in `Plan::edges`.
    pub(crate) behind: Option<usize>,
    /// Whether the name is resolved, the certificate checked, a credential shown.
    pub(crate) resolves: bool,
    pub(crate) encrypted: bool,
    pub(crate) authenticated: bool,
    /// The inventory knows of this edge.
    pub(crate) declared: bool,
}

/// When a caller stops asking for a while.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct BreakerPlan {
    /// Share of failures at which it opens.
    pub(crate) failure_ratio: f64,
    pub(crate) open_s: f64,
}

/// A pool of connections.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct PoolPlan {
    pub(crate) size: u32,
    /// How long a request waits for a connection before it fails.
    pub(crate) wait_ms: f64,
}

/// The course of the load over day and week.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct LoadPlan {
    /// Where requests come in, with the peak of the day in requests a second over all instances.
    pub(crate) entries: Vec<EntryPlan>,
    /// The world's local hour at the beginning of the run.
    pub(crate) local_hour_at_start: f64,
    pub(crate) night_ratio: f64,
    pub(crate) weekend_ratio: f64,
    pub(crate) noise_ratio: f64,
    /// Growth a day as a share.
    pub(crate) growth_per_day: f64,
    /// Share of failed users who try again, and after how many seconds.
    pub(crate) reload_ratio: f64,
    pub(crate) reload_s: f64,
    /// Planned bursts.
    pub(crate) campaigns: Vec<CampaignPlan>,
}

/// Where users come in.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct EntryPlan {
    pub(crate) component: usize,
    pub(crate) peak_rps: f64,
    pub(crate) phase_h: f64,
    /// After this time a user gives up: the request failed for them, whatever the program still does.
    pub(crate) patience_ms: f64,
}

/// More load for a while.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct CampaignPlan {
    /// Seconds from the beginning of the run (negative: in the history).
    pub(crate) from_s: i64,
    pub(crate) for_s: i64,
    pub(crate) factor: f64,
}

/// Something altered on purpose.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ChangePlan {
    /// Seconds from the beginning of the run (negative: in the history).
    pub(crate) at_s: i64,
    pub(crate) component: usize,
    pub(crate) what: PlannedChange,
}

/// Kinds of planned changes. All of these are harmless by themselves.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum PlannedChange {
    /// Another version, instance after instance.
    Deploy(String),
    /// A setting, in a few words.
    Configure(String),
    /// Planned work, in a few words, for so many seconds; nothing stops.
    Maintenance(String, i64),
    /// One instance (counted from 0 within the component) restarts.
    Restart(u32),
}

/// A check from outside.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CheckPlan {
    pub(crate) name: String,
    pub(crate) kind: CheckKind,
    pub(crate) component: usize,
    pub(crate) every_s: i64,
    /// Slower than this fails.
    pub(crate) limit_ms: f64,
}

/// Kinds of checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum CheckKind {
    /// Signs in.
    Login,
    /// Runs a stored procedure.
    Procedure,
    /// Loads a page.
    Page,
    /// A transaction of several steps, each with a state of its own.
    Transaction,
}

/// What is wrong in the inventory, as in life.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum InventoryError {
    /// An edge that is gone is still recorded (from, to).
    StaleEdge(usize, usize),
    /// A component is recorded with the team that had it before.
    StaleOwner(usize, String),
    /// A component is not recorded at all.
    Missing(usize),
}

impl Plan {
    /// Returns the position of the component of that name.
    pub(crate) fn component(&self, name: &str) -> Option<usize> {
        self.components.iter().position(|c| c.name == name)
    }

    /// Returns the position of the host of that name.
    pub(crate) fn host(&self, name: &str) -> Option<usize> {
        self.hosts.iter().position(|h| h.name == name)
    }

    /// Returns the position of the instance of that name.
    pub(crate) fn instance(&self, name: &str) -> Option<usize> {
        self.instances.iter().position(|i| i.name == name)
    }

    /// Returns the position of the first edge between two components.
    pub(crate) fn edge(&self, from: usize, to: usize) -> Option<usize> {
        self.components[from].edges.clone().find(|&e| self.edges[e].to == to)
    }

    /// Returns the edges that lead to a component.
    pub(crate) fn edges_to(&self, component: usize) -> impl Iterator<Item = usize> + '_ {
        (0..self.edges.len()).filter(move |&e| self.edges[e].to == component)
    }

    /// Returns the links of an edge: one for each instance of its caller, in their order.
    pub(crate) fn links(&self, edge: usize) -> Range<usize> {
        let first = self.first_link[edge];
        first..first + self.components[self.edges[edge].from].instances.len()
    }
}
