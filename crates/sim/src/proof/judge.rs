//! The judge of the queues: an event-by-event simulation of G/G/c with bounded backlog, itself checked against Erlang C.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

/// A generator of its own, so that nothing of the judge rests on what it judges.
///
/// Source: `splitmix64` (Steele, Lea and Flood, OOPSLA 2014), read one after the other.
#[derive(Clone, Debug)]
pub(crate) struct Draw(u64);

impl Draw {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    const fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let x = self.0;
        let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    /// Returns a number above 0 and not above 1.
    pub(crate) fn uniform(&mut self) -> f64 {
        ((self.bits() >> 11) + 1) as f64 / 9_007_199_254_740_992.0
    }

    fn exponential(&mut self) -> f64 {
        -self.uniform().ln()
    }

    /// The cosine half of Box and Muller's pair.
    fn normal(&mut self) -> f64 {
        let radius = (2.0 * self.exponential()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }
}

/// How service times are spread about their mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Service {
    /// Squared coefficient of variation 1.
    Exponential,
    /// The sum of `k` exponential phases: 1/k.
    Erlang(u32),
    /// Two exponential branches with balanced means: the given value above 1.
    Hyperexponential(f64),
    /// The given value above 0.
    Lognormal(f64),
}

impl Service {
    /// Returns the squared coefficient of variation.
    pub(crate) fn variation(self) -> f64 {
        match self {
            Self::Exponential => 1.0,
            Self::Erlang(k) => 1.0 / f64::from(k),
            Self::Hyperexponential(variation) | Self::Lognormal(variation) => variation,
        }
    }

    fn draw(self, draw: &mut Draw) -> f64 {
        match self {
            Self::Exponential => draw.exponential(),
            // The sum of k exponential numbers is minus the logarithm of a product of k even ones.
            Self::Erlang(k) => -(0..k).map(|_| draw.uniform()).product::<f64>().ln() / f64::from(k),
            Self::Hyperexponential(variation) => {
                // Balanced means: p / µ1 = (1 - p) / µ2. Source: Whitt, Bell System Technical Journal 61 (1982), (3.7).
                let p = 0.5 * (1.0 + ((variation - 1.0) / (variation + 1.0)).sqrt());
                let branch = if draw.uniform() < p { p } else { 1.0 - p };
                draw.exponential() / (2.0 * branch)
            }
            Self::Lognormal(variation) => {
                let spread = (1.0 + variation).ln();
                (spread.sqrt() * draw.normal() - spread / 2.0).exp()
            }
        }
    }
}

/// A queue to be judged. Times are seconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Judge {
    pub(crate) workers: usize,
    /// Requests that may wait; more are refused.
    pub(crate) backlog: usize,
    /// Whoever is longer in the system than this is late; nobody leaves before the end.
    pub(crate) limit_s: f64,
    pub(crate) mean_s: f64,
    pub(crate) service: Service,
}

/// What was seen in one window of time.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Window {
    /// Mean number in the system over the time of the window.
    pub(crate) inside: f64,
    pub(crate) arrived: u64,
    pub(crate) refused: u64,
    pub(crate) completed: u64,
    /// Of those who completed, who was late.
    pub(crate) late: u64,
    /// Seconds in the system, and of these waiting for a worker, added up over those who completed.
    pub(crate) response_s: f64,
    pub(crate) waited_s: f64,
}

/// One who is being served: departure (as the bits of a non-negative number, which sort like it), arrival, begin.
type Served = Reverse<(u64, u64, u64)>;

impl Judge {
    /// Simulates from an empty system; first come, first served. Arrivals are Poisson with the rate `rate(t)` a second,
    /// which never exceeds `at_most` (thinning; Lewis and Shedler 1979). Returns `n` windows of equal length.
    pub(crate) fn run(
        self,
        rate: impl Fn(f64) -> f64,
        at_most: f64,
        span_s: f64,
        n: usize,
        draw: &mut Draw,
    ) -> Vec<Window> {
        let window_s = span_s / n as f64;
        let mut windows = vec![Window::default(); n];
        let mut served: BinaryHeap<Served> = BinaryHeap::with_capacity(self.workers);
        let mut waiting: VecDeque<f64> = VecDeque::new();
        let (mut now, mut at) = (0.0_f64, 0_usize);
        let mut next = next_arrival(0.0, &rate, at_most, draw);
        loop {
            let departure =
                served.peek().map_or(f64::INFINITY, |Reverse((bits, _, _))| f64::from_bits(*bits));
            let event = departure.min(next).min(span_s);
            let inside = (served.len() + waiting.len()) as f64;
            while at + 1 < n && (at + 1) as f64 * window_s < event {
                let border = (at + 1) as f64 * window_s;
                windows[at].inside += inside * (border - now) / window_s;
                now = border;
                at += 1;
            }
            windows[at].inside += inside * (event - now) / window_s;
            now = event;
            if event >= span_s {
                return windows;
            }
            if departure <= next {
                let Some(Reverse((_, arrived, began))) = served.pop() else { return windows };
                windows[at].completed += 1;
                windows[at].response_s += now - f64::from_bits(arrived);
                windows[at].late += u64::from(now - f64::from_bits(arrived) > self.limit_s);
                windows[at].waited_s += f64::from_bits(began) - f64::from_bits(arrived);
                if let Some(arrived) = waiting.pop_front() {
                    served.push(self.begin(now, arrived, draw));
                }
            } else {
                windows[at].arrived += 1;
                if served.len() < self.workers {
                    served.push(self.begin(now, now, draw));
                } else if waiting.len() < self.backlog {
                    waiting.push_back(now);
                } else {
                    windows[at].refused += 1;
                }
                next = next_arrival(now, &rate, at_most, draw);
            }
        }
    }

    fn begin(self, now: f64, arrived: f64, draw: &mut Draw) -> Served {
        let departure = now + self.mean_s * self.service.draw(draw);
        Reverse((departure.to_bits(), arrived.to_bits(), now.to_bits()))
    }

    /// Returns the stationary mean number in the system at a utilisation, with its standard error (batch means over 19
    /// windows; the first of 20 is left out, it begins empty).
    pub(crate) fn stationary(self, utilisation: f64, arrivals: f64, seed: u64) -> (f64, f64) {
        let rate = utilisation * self.workers as f64 / self.mean_s;
        let windows = self.run(|_| rate, rate, arrivals / rate, 20, &mut Draw::new(seed));
        mean_and_error(&windows[1..].iter().map(|w| w.inside).collect::<Vec<f64>>())
    }
}

/// Returns the mean of independent values and its standard error.
pub(crate) fn mean_and_error(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / (n - 1.0);
    (mean, (variance / n).sqrt())
}

fn next_arrival(after: f64, rate: &impl Fn(f64) -> f64, at_most: f64, draw: &mut Draw) -> f64 {
    let mut at = after;
    loop {
        at += draw.exponential() / at_most;
        let here = rate(at);
        if here >= at_most || draw.uniform() * at_most < here {
            return at;
        }
    }
}

/// Returns the probability that an arriving request has to wait in M/M/c (Erlang C), by the stable recursion of Erlang B.
///
/// Source: Cooper, *Introduction to Queueing Theory*, 2nd ed. (1981), §3.4: B(k) = a·B(k−1) / (k + a·B(k−1)).
pub(crate) fn erlang_c(workers: usize, utilisation: f64) -> f64 {
    let offered = workers as f64 * utilisation;
    let b = (1..=workers).fold(1.0, |b, k| offered * b / (k as f64 + offered * b));
    b / (1.0 - utilisation * (1.0 - b))
}

/// Returns the mean number in the system of M/M/c: those being served and, by Erlang C, those who wait.
pub(crate) fn erlang_inside(workers: usize, utilisation: f64) -> f64 {
    workers as f64 * utilisation + erlang_c(workers, utilisation) * utilisation / (1.0 - utilisation)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn erlang_c_gives_the_published_values() {
        // Hillier and Lieberman, Introduction to Operations Research, the County Hospital example: 2 patients an hour,
        // 3 served an hour by each of 2 doctors: L = 3/4, Lq = 1/12.
        assert!((erlang_inside(2, 1.0 / 3.0) - 0.75).abs() < 1e-12);
        // Gross and Harris, Fundamentals of Queueing Theory, §2.3, the eye clinic: 6 an hour, 20 minutes, 3 doctors:
        // L = 26/9, Lq = 8/9.
        assert!((erlang_inside(3, 2.0 / 3.0) - 26.0 / 9.0).abs() < 1e-12);
        // The closed form for two workers: C = 2ρ² / (1 + ρ); for one: ρ.
        for utilisation in [0.3, 0.6, 0.95] {
            let two = 2.0 * utilisation * utilisation / (1.0 + utilisation);
            assert!((erlang_c(2, utilisation) - two).abs() < 1e-12);
            assert!((erlang_c(1, utilisation) - utilisation).abs() < 1e-12);
        }
    }

    #[test]
    fn the_judge_agrees_with_erlang_c() {
        for workers in [1_usize, 4, 16, 64] {
            for utilisation in [0.3, 0.5, 0.7, 0.9, 0.95] {
                let judge = Judge {
                    workers,
                    backlog: usize::MAX,
                    limit_s: f64::INFINITY,
                    mean_s: 0.1,
                    service: Service::Exponential,
                };
                let free: f64 = 1.0 - utilisation;
                let arrivals = (30_000.0 / (free * free)).clamp(200_000.0, 6_000_000.0);

                let (mean, error) = judge.stationary(utilisation, arrivals, 11);

                let exact = erlang_inside(workers, utilisation);
                // Four standard errors, and never so wide that a wrong judge would fit in.
                let limit = (4.0 * error).min(0.06 * exact);
                assert!(
                    (mean - exact).abs() <= limit,
                    "{workers} at {utilisation}: {mean} ± {error}, {exact}"
                );
            }
        }
    }

    #[test]
    fn the_judge_agrees_with_pollaczek_and_khinchine() {
        let services = [
            Service::Erlang(4),
            Service::Hyperexponential(1.5),
            Service::Hyperexponential(4.0),
            Service::Lognormal(2.0),
        ];
        for service in services {
            let judge =
                Judge { workers: 1, backlog: usize::MAX, limit_s: f64::INFINITY, mean_s: 0.1, service };

            let (mean, error) = judge.stationary(0.7, 2_000_000.0, 12);

            // M/G/1: L = ρ + ρ² (1 + c²) / (2 (1 − ρ)); Khintchine 1932.
            let exact = 0.7 + 0.49 * (1.0 + service.variation()) / 0.6;
            let limit = (4.0 * error).min(0.05 * exact);
            assert!((mean - exact).abs() <= limit, "{service:?}: {mean} ± {error}, {exact}");
        }
    }

    #[test]
    fn the_judge_keeps_its_books_and_littles_law() {
        let judge =
            Judge { workers: 4, backlog: 10, limit_s: 0.4, mean_s: 0.1, service: Service::Exponential };

        let windows = judge.run(|_| 60.0, 60.0, 20_000.0, 1, &mut Draw::new(13));

        let all = windows[0];
        let left = all.arrived - all.refused - all.completed;
        assert!(left <= 14, "{all:?}");
        // Arrivals 60 a second onto 40: the workers are never idle for long, so about 40 complete.
        assert!((all.completed as f64 / 20_000.0 - 40.0).abs() < 0.4, "{all:?}");
        // Little: mean number inside = throughput × mean time inside.
        let little = all.response_s / 20_000.0;
        assert!((all.inside - little).abs() < 0.01 * all.inside, "{} and {little}", all.inside);
        // Whoever is in the system waits, and then is served for a tenth of a second in the mean.
        let (inside_s, waited_s) =
            (all.response_s / all.completed as f64, all.waited_s / all.completed as f64);
        assert!((inside_s - waited_s - 0.1).abs() < 0.001, "{inside_s} s, {waited_s} s of it waiting");
        // Blocking of M/M/4/14 with a = 6: by the birth-death equations, in the same order as the states.
        let mut weights = vec![1.0_f64];
        for k in 1..=14_usize {
            weights.push(weights[k - 1] * 6.0 / k.min(4) as f64);
        }
        let blocked = weights[14] / weights.iter().sum::<f64>();
        assert!((all.refused as f64 / all.arrived as f64 - blocked).abs() < 0.005, "{blocked}, {all:?}");
    }
}
