//! One caller instance's side of an edge: how a call fares by what its callees were like, and the calls it then makes.

use std::ops::Range;

use wardroom_core::Timestamp;

use super::host::PACKET_BYTES;
use super::route::{self, Reach, Route};
use super::{Now, Scratch};
use crate::plan::{ComponentKind, EdgeKind, Plan};
use crate::queue;
use crate::state::{HostState, State};

/// Time until a refusal is known, seconds.
const REFUSAL_S: f64 = 0.001;
/// How long a lost packet is waited for before it is sent again, seconds (RFC 6298 allows 1 s; Linux uses 200 ms).
const RESEND_S: f64 = 0.2;
/// Packets of one try that are waited for one after the other.
const ROUND_TRIPS: usize = 3;
/// How far clocks may be apart before signed credentials are refused, seconds (RFC 4120, the default of Kerberos).
const CLOCK_TOLERANCE_S: f64 = 300.0;
/// Longest wait for a lock, seconds (`innodb_lock_wait_timeout` of `MySQL`).
pub(super) const LOCK_WAIT_S: f64 = 50.0;

/// What a link's calls will be like in this step.
#[derive(Clone, Debug, Default)]
pub(super) struct Outlook {
    pub(super) edge: usize,
    pub(super) link: usize,
    /// The part of `Scratch::routes` that is its own.
    routes: Range<usize>,
    /// Calls for one request of the caller.
    pub(super) calls: f64,
    /// Share that the breaker lets through, tries for each of these calls, share of the tries that reach an instance.
    let_in: f64,
    tries: f64,
    arriving: f64,
    /// Tries a second that its callees can take of it; `None`: no limit in sight.
    limit_rps: Option<f64>,
    /// Share of calls that fail, and that fail by running into the timeout.
    pub(super) failed: f64,
    pub(super) timed_out: f64,
}

impl Outlook {
    /// Returns the most requests a second that the caller can make calls for, if its callees limit it.
    pub(super) fn most_rps(&self) -> Option<f64> {
        let for_each = self.calls * self.let_in * self.tries * self.arriving;
        self.limit_rps.filter(|_| for_each > 0.0).map(|limit| limit / for_each)
    }
}

/// What one try is like.
#[derive(Clone, Copy, Debug, Default)]
struct Try {
    failed: f64,
    timed_out: f64,
    time_s: f64,
    /// Share that reaches an instance.
    arriving: f64,
}

/// Callers are held back by what callees could take in the step before. Over a step of a minute, as in the quiet
/// history, that is no news: everything settles within it, and callers would stand still every other minute.
const LONGEST_NEWS_S: f64 = 5.0;

/// Judges the links of an instance by the state before this step; the outlooks are in the order of its edges.
pub(super) fn judge_all(plan: &Plan, state: &mut State, scratch: &mut Scratch, instance: usize, now: Now) {
    scratch.routes.clear();
    scratch.outlooks.clear();
    let own = &plan.instances[instance];
    let component = &plan.components[own.component];
    for edge in component.edges.clone() {
        if plan.edges[edge].kind == EdgeKind::Consume {
            continue;
        }
        let link = plan.first_link[edge] + (instance - component.instances.start);
        let outlook = judge(plan, state, scratch, (edge, link, instance), now);
        scratch.outlooks.push(outlook);
    }
}

fn judge(
    plan: &Plan,
    state: &mut State,
    scratch: &mut Scratch,
    (edge, link, instance): (usize, usize, usize),
    now: Now,
) -> Outlook {
    let host = plan.instances[instance].host;
    let first = scratch.routes.len();
    let ghosts = route::find(plan, state, edge, host, &mut scratch.routes);
    let routes = first..scratch.routes.len();
    let one = one_try(plan, state, &scratch.routes[routes.clone()], (edge, link, host), ghosts);
    let let_in = breaker(plan, state, edge, link, one.failed, now.at);
    let (tries, failed_call) = with_retries(state, edge, one.failed);
    let own = &mut state.links[link];
    let failed = 1.0 - let_in * (1.0 - failed_call);
    let wait_s = own.wait_s.min(pool_limit_s(plan, edge));
    let backoff_s = (tries - 1.0) * plan.edges[edge].backoff_ms / 1000.0;
    let time_s = let_in * (wait_s + tries * one.time_s + backoff_s) + (1.0 - let_in) * REFUSAL_S;
    // A caller learns of slower answers as they come, not all at once; but were it much later than they are, callers and
    // callees near their limits would swing: idle while the news is bad, flooded while it is still good.
    own.time_s += (time_s - own.time_s) * now.weight(0.5);
    own.try_s = one.time_s;
    own.try_failed_ratio = one.failed;
    own.timed_out_ratio = one.timed_out;
    own.failed_ratio = failed;
    let routed = &scratch.routes[routes.clone()];
    let limit_rps = if now.dt > LONGEST_NEWS_S { None } else { headroom(state, routed, link) };
    allow(plan, state, scratch, routes.clone(), (edge, instance));
    let timed_out = if one.failed > 0.0 { failed * one.timed_out / one.failed } else { 0.0 };
    let calls = calls_for_one(plan, state, edge, link - plan.first_link[edge]);
    Outlook { edge, link, routes, calls, let_in, tries, arriving: one.arriving, limit_rps, failed, timed_out }
}

/// Returns the calls for one request: none when the feature is off, fewer where a cache answers.
fn calls_for_one(plan: &Plan, state: &State, edge: usize, nth: usize) -> f64 {
    let own = &plan.edges[edge];
    let flag = plan.components[own.from].flag.as_ref().and_then(|f| f.edge);
    if flag == Some(edge) && !state.components[own.from].flag_on {
        return 0.0;
    }
    let Some(lookup) = own.behind else { return own.per_request };
    // A lookup that fails is a miss.
    let answered = 1.0 - state.links[plan.first_link[lookup] + nth].failed_ratio;
    let misses = 1.0 - answered * hit_ratio(plan, state, plan.edges[lookup].to);
    own.per_request * plan.edges[lookup].per_request * misses
}

/// Returns the share of lookups that a cache answers at this moment.
pub(super) fn hit_ratio(plan: &Plan, state: &State, component: usize) -> f64 {
    let warmth = state.components[component].cache.as_ref().map_or(0.0, |c| c.warmth);
    plan.components[component].cache.map_or(0.0, |c| c.hit_ratio) * warmth
}

/// Returns what one try is like, mixed over the instances that are asked.
fn one_try(
    plan: &Plan,
    state: &State,
    routes: &[Route],
    (edge, link, host): (usize, usize, usize),
    ghosts: f64,
) -> Try {
    let timeout_s = state.edges[edge].timeout_ms.max(1.0) / 1000.0;
    if state.edges[edge].cut {
        return Try { failed: 1.0, timed_out: 1.0, time_s: timeout_s, arriving: 0.0 };
    }
    let mut mixed = Try { failed: ghosts, timed_out: ghosts, time_s: ghosts * timeout_s, arriving: 0.0 };
    for route in routes {
        let one = at_instance(plan, state, *route, edge, host);
        mixed.failed += route.share * one.failed;
        mixed.timed_out += route.share * one.timed_out;
        mixed.time_s += route.share * one.time_s;
        mixed.arriving += route.share * one.arriving;
    }
    if routes.is_empty() && ghosts <= 0.0 {
        mixed = Try { failed: 1.0, timed_out: 0.0, time_s: REFUSAL_S, arriving: 0.0 };
    }
    // What fails before anything is sent.
    let before = before_sending(plan, state, edge, link, host);
    Try {
        failed: before + (1.0 - before) * mixed.failed,
        timed_out: (1.0 - before) * mixed.timed_out,
        time_s: before * REFUSAL_S + (1.0 - before) * mixed.time_s,
        arriving: (1.0 - before) * mixed.arriving,
    }
}

/// Returns what a try at one instance is like.
fn at_instance(plan: &Plan, state: &State, route: Route, edge: usize, host: usize) -> Try {
    let timeout_s = state.edges[edge].timeout_ms.max(1.0) / 1000.0;
    match route.reach {
        Reach::Silent => Try { failed: 1.0, timed_out: 1.0, time_s: timeout_s, arriving: 0.0 },
        Reach::Refused => Try { failed: 1.0, timed_out: 0.0, time_s: REFUSAL_S, arriving: 0.0 },
        Reach::Arrives => {
            let there = plan.instances[route.instance].host;
            let callee = &state.instances[route.instance];
            let (lost, resend_s) = loss(state, edge, host, there);
            let (response_s, locked) = response(plan, state, edge, route.instance);
            let way_s = way_s(plan, state, edge, (host, there));
            let mean_s = response_s + resend_s + way_s + state.edges[edge].extra_ms / 1000.0;
            let quick = queue::tail(mean_s, timeout_s);
            let slow = if locked > 0.0 { queue::tail(mean_s + LOCK_WAIT_S, timeout_s) } else { quick };
            let late = lost + (1.0 - lost) * (quick + locked * (slow - quick));
            let bad = 1.0 - (1.0 - callee.failed_ratio) * (1.0 - callee.refused_ratio);
            let skewed = plan.edges[edge].authenticated
                && (state.hosts[host].clock_offset_s - state.hosts[there].clock_offset_s).abs()
                    > CLOCK_TOLERANCE_S;
            let bad = if skewed { 1.0 } else { bad };
            let waited_s = queue::given_up(mean_s, timeout_s);
            let held_s = waited_s + locked * (queue::given_up(mean_s + LOCK_WAIT_S, timeout_s) - waited_s);
            Try {
                failed: late + (1.0 - late) * bad,
                timed_out: late,
                time_s: lost * timeout_s + (1.0 - lost) * held_s,
                arriving: 1.0 - lost,
            }
        }
    }
}

/// Returns the mean response of an instance to this edge without waiting for locks, and the share that meets one.
fn response(plan: &Plan, state: &State, edge: usize, instance: usize) -> (f64, f64) {
    let callee = &state.instances[instance];
    let own = &plan.edges[edge];
    match &state.components[own.to].database {
        Some(database) if database.primary == Some(instance) && database.locked_ratio > 0.0 => {
            // The mean over all requests holds the locks' share, which only writes feel.
            let locked = database.locked_ratio.min(1.0);
            let for_all_s = database.write_ratio * locked * LOCK_WAIT_S;
            let own_s = (callee.response_s - for_all_s).max(plan.components[own.to].own_ms / 1000.0);
            (own_s, if own.kind == EdgeKind::Write { locked } else { 0.0 })
        }
        Some(_) | None => (callee.response_s, 0.0),
    }
}

/// Returns by how much longer than usual a try takes for its name and on its way, seconds.
fn way_s(plan: &Plan, state: &State, edge: usize, (from, to): (usize, usize)) -> f64 {
    let callee = plan.edges[edge].to;
    let lookup_ms = if plan.edges[edge].resolves { state.components[callee].lookup_ms } else { 0.0 };
    if from == to {
        return lookup_ms / 1000.0;
    }
    let packets = (plan.components[callee].response_bytes / PACKET_BYTES).max(1.0);
    let link_ms = |host: &HostState| host.delay_ms + packets * host.network_ms;
    (lookup_ms + link_ms(&state.hosts[from]) + link_ms(&state.hosts[to])) / 1000.0
}

/// Returns the share of the packets over the link of a host that are lost: by a fault, or because it is full.
pub(super) fn lost_packets(host: &HostState) -> f64 {
    let kept = (1.0 - host.loss_ratio.clamp(0.0, 1.0)) * (1.0 - host.full_ratio.clamp(0.0, 1.0));
    1.0 - kept
}

/// Returns the share of tries that get lost for good, and the mean time that sending again costs.
fn loss(state: &State, edge: usize, from: usize, to: usize) -> (f64, f64) {
    let ways =
        [state.edges[edge].loss_ratio, lost_packets(&state.hosts[from]), lost_packets(&state.hosts[to])];
    let kept: f64 = ways.iter().map(|l| 1.0 - l.clamp(0.0, 1.0)).product();
    let lost = 1.0 - kept;
    if lost <= 0.0 {
        return (0.0, 0.0);
    }
    // Every packet may be lost; after three losses of the same one the try is given up.
    let (mut whole, mut resent) = (1.0, 0.0);
    for _ in 0..ROUND_TRIPS {
        whole *= 1.0 - lost * lost * lost;
        resent += lost / (1.0 - lost).max(0.01);
    }
    (1.0 - whole, resent * RESEND_S)
}

/// Returns the share of tries that fail before they are sent: name, certificate, connection, pool.
fn before_sending(plan: &Plan, state: &State, edge: usize, link: usize, host: usize) -> f64 {
    let own = &plan.edges[edge];
    let callee = &state.components[own.to];
    let mut passed = 1.0 - state.edges[edge].failing_ratio.clamp(0.0, 1.0);
    if own.resolves {
        passed *= 1.0 - callee.unresolved_ratio.clamp(0.0, 1.0);
    }
    if own.encrypted && is_expired(state, callee.certificate_until, host) {
        passed = 0.0;
    }
    if let Some(database) = &callee.database {
        passed *= 1.0 - database.refused_ratio.clamp(0.0, 1.0);
    }
    if let Some(pool) = plan.edges[edge].pool {
        passed *= 1.0 - queue::tail(state.links[link].wait_s, pool.wait_ms.max(1.0) / 1000.0);
    }
    1.0 - passed
}

/// Reports whether a certificate has ended by the clock of a caller's host.
fn is_expired(state: &State, until: Option<Timestamp>, host: usize) -> bool {
    until.is_some_and(|until| {
        let left_s = (until.as_millis() - state.at.as_millis()) as f64 / 1000.0;
        left_s < state.hosts[host].clock_offset_s
    })
}

fn pool_limit_s(plan: &Plan, edge: usize) -> f64 {
    plan.edges[edge].pool.map_or(0.0, |p| p.wait_ms / 1000.0)
}

/// Moves a breaker and returns the share of calls that it lets through.
fn breaker(plan: &Plan, state: &mut State, edge: usize, link: usize, failed: f64, at: Timestamp) -> f64 {
    let Some(plan) = plan.edges[edge].breaker else { return 1.0 };
    let own = &mut state.links[link];
    match own.open_until {
        Some(until) if at < until => 0.0,
        Some(_) if failed < plan.failure_ratio => {
            own.open_until = None;
            1.0
        }
        None if failed < plan.failure_ratio || own.sent_rps < 1.0 => 1.0,
        // Half open and still failing: a few calls found that out.
        Some(_) => {
            own.open_until = Some(at.plus_millis(span_ms(plan.open_s)));
            0.05
        }
        None => {
            own.open_until = Some(at.plus_millis(span_ms(plan.open_s)));
            0.0
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "spans of plans are at most some hours")]
fn span_ms(seconds: f64) -> i64 {
    (seconds * 1000.0) as i64
}

/// Returns the tries for one call and the share of calls that fail after all of them.
///
/// Without a budget: (1 − p^(r+1)) / (1 − p) tries for r retries. A budget lets only a part of the retries happen.
fn with_retries(state: &State, edge: usize, failed: f64) -> (f64, f64) {
    let (mut tries, mut still) = (1.0, failed);
    for _ in 0..state.edges[edge].retries.min(20) {
        tries += still;
        still *= failed;
    }
    let budget = state.edges[edge].retry_budget;
    let wanted = tries - 1.0;
    if budget >= 1.0 || wanted <= budget {
        return (tries, still);
    }
    let part = budget.max(0.0) / wanted;
    (1.0 + budget.max(0.0), failed + (still - failed) * part)
}

/// Returns the tries a second that the fullest callee can take of this link, if it nears its limit.
fn headroom(state: &State, routes: &[Route], link: usize) -> Option<f64> {
    let least = routes
        .iter()
        .filter(|r| r.reach == Reach::Arrives)
        .map(|r| state.instances[r.instance].headroom)
        .fold(f64::INFINITY, f64::min);
    let sent_rps = state.links[link].sent_rps;
    // Few calls need no limit, and a caller that sent nothing has none to grow from.
    (least < 10.0 && sent_rps > 0.0).then_some(sent_rps * least + 2.0)
}

/// Tells the callees how many requests of this caller can wait there at the same time: it has only so many workers,
/// and it has no more to pass on than those who wait for it.
///
/// A caller's requests lie where they take longest: with one of its callees slow, nearly all of them wait there.
fn allow(
    plan: &Plan,
    state: &State,
    scratch: &mut Scratch,
    routes: Range<usize>,
    (edge, instance): (usize, usize),
) {
    let timeout_s = state.edges[edge].timeout_ms.max(1.0) / 1000.0;
    let workers = state.instances[instance].workers;
    let most = state.edges[edge].pool_size.map_or(workers, |size| workers.min(f64::from(size)));
    let most = if comes_from_outside(plan, plan.edges[edge].from) {
        most
    } else {
        most.min(scratch.allowed[instance].max(1.0))
    };
    let lies_s = |route: &Route| route.share * state.instances[route.instance].response_s.max(1e-4);
    let all_s: f64 = scratch.routes[routes.clone()].iter().map(lies_s).sum();
    for k in routes {
        let route = scratch.routes[k];
        // A caller that gave up is free again, while the callee goes on with what nobody waits for.
        let abandoned = (state.instances[route.instance].response_s / timeout_s).max(1.0);
        scratch.allowed[route.instance] += most * abandoned * lies_s(&route) / all_s.max(1e-9);
    }
}

/// Reports whether requests of a component begin with users or messages, so that no callers bound their number.
fn comes_from_outside(plan: &Plan, component: usize) -> bool {
    plan.components[component].kind == ComponentKind::Worker
        || plan.load.entries.iter().any(|e| e.component == component)
}

/// Makes the calls for `completions` requests of an instance: books, pools, and what arrives at the callees.
pub(super) fn send_all(plan: &Plan, state: &mut State, scratch: &mut Scratch, completions: f64, now: Now) {
    for k in 0..scratch.outlooks.len() {
        let outlook = scratch.outlooks[k].clone();
        let calls = completions * outlook.calls;
        let tries = calls * outlook.let_in * outlook.tries;
        let to = plan.edges[outlook.edge].to;
        let arriving = tries * outlook.arriving;
        book(state, &outlook, calls, (tries, arriving));
        let own = &mut state.links[outlook.link];
        own.sent_rps += (arriving / now.dt - own.sent_rps) * now.weight(1.0);
        let wanted = occupy(plan, state, &outlook, tries, now);
        scratch.wanted_connections[to] += wanted;
        deliver(plan, state, scratch, &outlook, (tries, wanted));
        if plan.edges[outlook.edge].kind == EdgeKind::Lookup {
            lookups(plan, state, scratch, to, calls * (1.0 - outlook.failed));
        }
        let bytes = arriving * plan.components[to].response_bytes;
        scratch.taken[plan.instances[caller(plan, &outlook)].host] += bytes;
    }
}

/// Returns the instance whose link this is.
fn caller(plan: &Plan, outlook: &Outlook) -> usize {
    plan.components[plan.edges[outlook.edge].from].instances.start + outlook.link
        - plan.first_link[outlook.edge]
}

/// Writes the books of a link in whole numbers.
fn book(state: &mut State, outlook: &Outlook, calls: f64, (tries, arriving): (f64, f64)) {
    let own = &mut state.links[outlook.link];
    let whole_calls = own.calling.take(calls);
    own.calls += whole_calls;
    own.refused_by_breaker += own.refusing.take_at_most(calls * (1.0 - outlook.let_in), whole_calls);
    let whole_tries = own.trying.take(tries);
    own.tries += whole_tries;
    own.failed_tries += own.failing.take_at_most(tries * own.try_failed_ratio, whole_tries);
    own.arrived += own.arriving.take(arriving);
    own.time_sum_s += calls * own.time_s;
}

/// Lets tries take connections and returns how many connections are wanted at the same time.
fn occupy(plan: &Plan, state: &mut State, outlook: &Outlook, tries: f64, now: Now) -> f64 {
    let caller = caller(plan, outlook);
    let workers = state.instances[caller].workers;
    let size = state.edges[outlook.edge].pool_size;
    let own = &mut state.links[outlook.link];
    let Some(size) = size else {
        // The time of a try is that of the step before; more than the workers nobody can wait for.
        own.in_use = (tries / now.dt * own.try_s).min(workers);
        (own.in_pool, own.waiting, own.wait_s) = (own.in_use, 0.0, 0.0);
        return own.in_use;
    };
    let size = f64::from(size);
    let flow = queue::advance(own.in_pool, tries, size, own.try_s, 1.0, now.dt);
    let gave_up = tries * queue::tail(own.wait_s, pool_limit_s(plan, outlook.edge).max(1e-3));
    own.in_pool = (own.in_pool + tries - flow.completions - gave_up).clamp(0.0, workers.max(size));
    own.in_use = (size * flow.utilisation).min(own.in_pool);
    own.waiting = (own.in_pool - own.in_use).max(0.0);
    let served_rps = flow.completions / now.dt;
    // Little's law for those who wait; a pool that stands still lets everybody wait out their time.
    let wait_s = if served_rps > 1e-6 {
        own.waiting / served_rps
    } else if own.waiting > 0.5 {
        pool_limit_s(plan, outlook.edge)
    } else {
        0.0
    };
    own.wait_s += (wait_s - own.wait_s) * now.weight(2.0);
    own.in_use
}

/// Adds what arrives to the instances that are asked.
fn deliver(
    plan: &Plan,
    state: &State,
    scratch: &mut Scratch,
    outlook: &Outlook,
    (tries, wanted): (f64, f64),
) {
    let own = &plan.edges[outlook.edge];
    let reaching: f64 = scratch.routes[outlook.routes.clone()]
        .iter()
        .filter(|r| r.reach == Reach::Arrives)
        .map(|r| r.share)
        .sum();
    if reaching <= 0.0 {
        return;
    }
    for k in outlook.routes.clone() {
        let Route { instance, share, reach } = scratch.routes[k];
        if reach != Reach::Arrives {
            continue;
        }
        let arriving = tries * outlook.arriving * share / reaching;
        scratch.arriving[instance] += arriving;
        scratch.connections[instance] += wanted * share / reaching;
        let Some(database) = &state.components[own.to].database else { continue };
        if own.kind == EdgeKind::Write {
            scratch.writes[instance] += arriving;
        } else if database.primary != Some(instance) {
            scratch.reads_of_replicas[instance] += arriving;
        }
    }
}

/// Counts hits and misses of a cache.
fn lookups(plan: &Plan, state: &mut State, scratch: &mut Scratch, component: usize, answered: f64) {
    let hits = answered * hit_ratio(plan, state, component);
    scratch.misses[component] += answered - hits;
    if let Some(cache) = &mut state.components[component].cache {
        cache.hits += hits;
        cache.misses += answered - hits;
    }
}
