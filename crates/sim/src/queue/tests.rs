//! The queue against closed forms and tables.

use super::*;

#[test]
fn erlang_c_has_its_known_values() {
    // Closed forms: C = ρ for one worker and 2ρ²/(1+ρ) for two. For ten workers at 0.8 the published tables give
    // 0.409 (Cooper 1981, appendix).
    assert!((erlang_c(1, 0.7) - 0.7).abs() < 1e-12);
    assert!((erlang_c(2, 0.5) - 1.0 / 3.0).abs() < 1e-12);
    assert!((erlang_c(10, 0.8) - 0.409).abs() < 5e-4);
}

#[test]
fn the_number_in_the_system_is_that_of_m_m_1_and_of_m_g_1() {
    for rho in [0.01, 0.3, 0.7, 0.95, 0.99, 0.9999] {
        let m_m_1 = number_in_system(1.0, 1.0, rho);
        let m_d_1 = number_in_system(1.0, 0.0, rho);

        // Pollaczek–Khinchine: ρ + ρ²(1 + cs²) / (2(1 − ρ)).
        assert!((m_m_1 / (rho / (1.0 - rho)) - 1.0).abs() < 1e-9, "{rho}: {m_m_1}");
        assert!((m_d_1 / (rho + rho * rho / (2.0 * (1.0 - rho))) - 1.0).abs() < 1e-9, "{rho}: {m_d_1}");
    }
}

#[test]
fn tables_are_within_a_percent_of_the_formula() {
    for workers in [1_u32, 2, 3, 8, 33, 64, 200, 512] {
        for percent in 1..100 {
            let rho = f64::from(percent) / 100.0 - 0.003;
            let c = f64::from(workers);
            let exact = c * rho + 2.5 * erlang_c(workers, rho) * rho / (1.0 - rho);

            let found = number_in_system(c, 4.0, rho);

            assert!((found / exact - 1.0).abs() < 0.01, "{workers} at {rho}: {found}, not {exact}");
        }
    }
}

#[test]
fn the_utilisation_is_the_inverse_of_the_number() {
    for workers in [1.0, 2.5, 16.0, 100.3, 512.0] {
        for rho in [0.0, 0.004, 0.2, 0.5, 0.9, 0.99, 0.99999] {
            let found = utilisation(workers, 1.5, number_in_system(workers, 1.5, rho));

            assert!((found - rho).abs() < 1e-7, "{workers} at {rho}: {found}");
        }
    }
}

#[test]
fn a_stationary_load_is_an_exact_fixed_point_for_short_and_long_steps() {
    for (workers, rho) in [(1.0, 0.8), (4.0, 0.3), (16.0, 0.95), (64.0, 0.7)] {
        for dt_s in [1.0, 15.0, 60.0] {
            let (holding_s, inside) = (0.2, number_in_system(workers, 1.0, rho));
            let arrivals = rho * workers / holding_s * dt_s;

            let flow = advance(inside, arrivals, workers, holding_s, 1.0, dt_s);

            assert!((flow.completions / arrivals - 1.0).abs() < 1e-9, "{workers} {rho} {dt_s}: {flow:?}");
            // Little's law.
            let by_little = inside / (arrivals / dt_s);
            assert!((flow.response_s / by_little - 1.0).abs() < 1e-6, "{workers} {rho} {dt_s}: {flow:?}");
        }
    }
}

#[test]
fn an_overload_grows_by_what_is_too_much() {
    // 10 workers of 0.1 s carry 100 a second; 130 come.
    let mut inside = 0.0;
    let mut after_minute = 0.0;
    for second in 1..=120 {
        let flow = advance(inside, 130.0, 10.0, 0.1, 1.0, 1.0);
        inside += 130.0 - flow.completions;
        if second == 60 {
            after_minute = inside;
        }
    }

    assert!((inside - after_minute - 30.0 * 60.0).abs() < 5.0, "{after_minute} then {inside}");
}

#[test]
fn nothing_leaves_that_was_not_there_and_nothing_is_negative() {
    for inside in [0.0, 0.3, 1.0, 50.0, 1e6] {
        for arrivals in [0.0, 0.01, 3.0, 1e5] {
            for workers in [0.0, 0.4, 1.0, 7.7, 2_000.0] {
                let flow = advance(inside, arrivals, workers, 0.05, 1.0, 60.0);

                assert!(flow.completions >= 0.0 && flow.completions <= inside + arrivals, "{flow:?}");
                assert!((0.0..=1.0).contains(&flow.utilisation) && flow.response_s > 0.0, "{flow:?}");
            }
        }
    }
}

#[test]
fn the_tail_has_the_mean_it_is_made_for() {
    // The mean is the integral of the tail; by the trapezoidal rule to 1000 times the mean.
    let step = 0.001;
    let sum: f64 = (0..200_000).map(|i| tail(0.2, (f64::from(i) + 0.5) * step)).sum();

    assert!((sum * step / 0.2 - 1.0).abs() < 1e-3, "{}", sum * step);
    assert!((tail(0.2, quantile(0.2, 0.95)) - 0.05).abs() < 1e-12);
}

#[test]
fn timeouts_near_the_response_are_as_far_off_as_the_manual_says() {
    const MANUAL: &str = include_str!("../../../../docs/SCENARIOS.md");
    // Without waiting, and with exponential work and one worker at any load, the response is spread as the work is. Of
    // work in four stages: exp(-4t) · Σ (4t)^k / k!, Erlang's distribution.
    let in_stages = |t: f64| (-4.0 * t).exp() * (1.0 + 4.0 * t + 8.0 * t * t + 32.0 / 3.0 * t * t * t);
    for times in [0.5, 0.75, 1.0, 1.5, 2.0, 3.0_f64] {
        let (found, exponential, even) = (tail(0.2, 0.2 * times), (-times).exp(), in_stages(times));

        let row = format!("| {times} | {found:.3} | {exponential:.3} | {even:.3} |");

        assert!(MANUAL.contains(&row), "{row}");
    }
}

#[test]
fn who_gives_up_waits_the_integral_of_the_tail_up_to_then() {
    for mean_s in [0.05, 0.5, 0.9, 1.2, 3.0, 10.0] {
        let integral: f64 =
            (0..10_000).map(|i| tail(mean_s, (f64::from(i) + 0.5) / 10_000.0)).sum::<f64>() / 10_000.0;

        let found = given_up(mean_s, 1.0);

        assert!((found / integral - 1.0).abs() < 0.03, "{mean_s}: {found}, not {integral}");
    }
}

#[test]
fn buckets_are_cumulative_and_agree_with_the_tail() {
    let mut buckets = [0.0; N_BUCKETS];

    fill_buckets(&mut buckets, 0.08, 100.0);

    assert!(buckets.windows(2).all(|w| w[0] <= w[1]));
    let slower = 100.0 - buckets[4];
    assert!((slower - 100.0 * tail(0.08, 0.1)).abs() < 1e-9, "{slower}");
}
