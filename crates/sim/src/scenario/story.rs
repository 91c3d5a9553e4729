//! From the form of a drill to what happens in it and what is asked of the trainee.

use toml::Spanned;
use wardroom_core::nearest::nearest;

use super::ScenarioError;
use super::brief::{
    Advice, Brief, Cause, Objective, Reference, ReferenceStep, RemedyOffer, Say, Screen, Useful,
};
use super::form::{ChangeForm, DrillForm, FaultForm, ReferenceForm, UsefulForm};
use super::number::{AmountOrNone, Whole};
use super::place::Source;
use super::{build, measure};
use crate::faults::{Parameter, entity};
use crate::order::{FaultKind, FaultSpec, Onset, Remedy, RemedyKind};
use crate::plan::{CampaignPlan, ChangePlan, ComponentKind, Plan, PlannedChange};
use crate::target::arrow;
use crate::telemetry::{alert_names, exposes, metrics_about};

/// Who may speak in a drill.
const ROLES: [&str; 8] =
    ["database", "support", "network", "security", "customer", "coach", "duty_manager", "developer"];
/// The word for a world in which nothing is wrong.
const NO_FAULT: &str = "none";

/// What the checks of a drill look at.
#[derive(Clone, Copy, Debug)]
struct Reader<'a> {
    source: Source<'a>,
    form: &'a DrillForm,
    plan: &'a Plan,
    span_s: i64,
}

/// Writes load, checks and changes of a drill into the plan.
pub(super) fn set_plan(source: Source<'_>, form: &DrillForm, plan: &mut Plan) -> Result<(), ScenarioError> {
    let span_s = form.span_min.0 * 60;
    set_load(form, plan);
    for check in &form.check {
        let check = build::check(source, plan, check)?;
        plan.checks.push(check);
    }
    let reader = Reader { source, form, plan: &*plan, span_s };
    let mut changes = form.change.iter().map(|c| reader.change(c)).collect::<Result<Vec<_>, _>>()?;
    changes.sort_by_key(|c| c.at_s);
    plan.changes = changes;
    Ok(())
}

/// Reads faults and brief of a drill against its finished plan.
pub(super) fn tell(
    source: Source<'_>,
    form: &DrillForm,
    plan: &Plan,
) -> Result<(Vec<FaultSpec>, Brief), ScenarioError> {
    let reader = Reader { source, form, plan, span_s: form.span_min.0 * 60 };
    reader.id()?;
    let faults = form.fault.iter().map(|f| reader.fault(f)).collect::<Result<Vec<_>, _>>()?;
    let brief = reader.brief(&faults)?;
    Ok((faults, brief))
}

fn set_load(form: &DrillForm, plan: &mut Plan) {
    let load = &form.load;
    let plan = &mut plan.load;
    let factor = load.factor.map_or(1.0, |n| n.0);
    for entry in &mut plan.entries {
        entry.peak_rps *= factor;
    }
    plan.local_hour_at_start = form.local_hour.0;
    plan.night_ratio = load.night_ratio.map_or(plan.night_ratio, |n| n.0);
    plan.weekend_ratio = load.weekend_ratio.map_or(plan.weekend_ratio, |n| n.0);
    plan.noise_ratio = load.noise_ratio.map_or(plan.noise_ratio, |n| n.0);
    plan.growth_per_day = load.growth_per_day.map_or(plan.growth_per_day, |n| n.0);
    plan.reload_ratio = load.reload_ratio.map_or(plan.reload_ratio, |n| n.0);
    plan.reload_s = load.reload_s.map_or(plan.reload_s, |n| n.0);
    let campaign = |c: &super::form::CampaignForm| CampaignPlan {
        from_s: c.from_s.0,
        for_s: c.for_s.0,
        factor: c.factor.0,
    };
    plan.campaigns = load.campaign.iter().map(campaign).collect();
}

/// Adds to a refusal what is there and nearest to what is not.
fn meant(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |nearest| format!("; the nearest is {nearest:?}"))
}

impl Reader<'_> {
    fn id(self) -> Result<(), ScenarioError> {
        let id = self.form.id.get_ref();
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if !id.is_empty() && id.chars().all(fits) {
            Ok(())
        } else {
            Err(self.source.at(&self.form.id, format!("{id:?} is not made of small letters, digits and _")))
        }
    }

    /// Refuses a time beyond the end of the run.
    fn within<const LEAST: i64, const MOST: i64>(
        self,
        time: &Spanned<Whole<LEAST, MOST>>,
    ) -> Result<i64, ScenarioError> {
        let at_s = time.get_ref().0;
        if at_s <= self.span_s {
            Ok(at_s)
        } else {
            let problem = format!("{at_s} s is beyond the end of the run, {} s", self.span_s);
            Err(self.source.error(&time.span(), problem))
        }
    }

    fn change(self, form: &ChangeForm) -> Result<ChangePlan, ScenarioError> {
        let at_s = self.within(&form.at_s)?;
        let component = build::find(self.source, self.plan, &form.component)?;
        let what = match (&form.deploy, &form.configure, &form.maintenance, form.restart) {
            (Some(version), None, None, None) => PlannedChange::Deploy(version.clone()),
            (None, Some(words), None, None) => PlannedChange::Configure(words.clone()),
            (None, None, Some(words), None) => {
                PlannedChange::Maintenance(words.clone(), form.for_s.map_or(1_800, |n| n.0))
            }
            (None, None, None, Some(idx)) => {
                let all = &self.plan.instances[self.plan.components[component].instances.clone()];
                let present = all.iter().filter(|i| i.present).count();
                if usize::try_from(idx.0).is_ok_and(|idx| idx >= present) {
                    let problem = format!("{} has no instance {}", form.component.get_ref(), idx.0);
                    return Err(self.source.about(&form.component.span(), "restart", problem));
                }
                PlannedChange::Restart(idx.0)
            }
            _ => {
                let problem = "say one of deploy, configure, maintenance and restart".to_owned();
                return Err(self.source.about(&form.component.span(), "change", problem));
            }
        };
        if form.for_s.is_some() && form.maintenance.is_none() {
            let problem = "only maintenance lasts for a time".to_owned();
            return Err(self.source.about(&form.component.span(), "for_s", problem));
        }
        Ok(ChangePlan { at_s, component, what })
    }

    fn fault(self, form: &FaultForm) -> Result<FaultSpec, ScenarioError> {
        let kind = *form.kind.get_ref();
        let about = crate::faults::about(kind);
        let at_s = self.within(&form.at_s)?;
        let target = form.target.get_ref();
        if about.target.find(self.plan, target).is_err() {
            let problem = format!("there is no {} {target:?}", about.target.as_str());
            return Err(self.source.at(&form.target, problem));
        }
        self.values(form, about.parameters)?;
        let spec = FaultSpec {
            kind,
            target: target.clone(),
            at_s,
            onset: self.onset(form)?,
            for_s: form.for_s.map(|n| n.0),
            values: form.values.iter().map(|(name, &value)| (name.get_ref().clone(), value)).collect(),
            way: self.way(form, about.ways)?,
        };
        match crate::faults::check(self.plan, &spec) {
            Ok(()) => Ok(spec),
            Err(refused) => Err(self.source.at(&form.target, refused.to_string())),
        }
    }

    /// Refuses a parameter that the kind does not have, and one out of its range.
    fn values(self, form: &FaultForm, parameters: &[Parameter]) -> Result<(), ScenarioError> {
        for (name, value) in &form.values {
            let known = parameters.iter().find(|p| p.name == name.get_ref().as_str());
            let problem = match known {
                Some(known) if (known.least..=known.most).contains(value) => continue,
                Some(known) => format!("{value} is not between {} and {}", known.least, known.most),
                None if parameters.is_empty() => "this kind of fault takes no parameters".to_owned(),
                None => {
                    let names: Vec<&str> = parameters.iter().map(|p| p.name).collect();
                    format!("there is no such parameter; there are {}", names.join(", "))
                }
            };
            return Err(self.source.about(&name.span(), name.get_ref(), problem));
        }
        Ok(())
    }

    fn onset(self, form: &FaultForm) -> Result<Onset, ScenarioError> {
        match (&form.ramp_s, &form.flap_s) {
            (None, None) => Ok(Onset::Sudden),
            (Some(over), None) => Ok(Onset::Ramp { over_s: over.get_ref().0 }),
            (None, Some(period)) => Ok(Onset::Flapping { period_s: period.get_ref().0 }),
            (Some(_), Some(period)) => {
                Err(self.source.error(&period.span(), "a fault either grows or comes and goes".to_owned()))
            }
        }
    }

    /// Reads the way of a fault; where there are some, the first is the usual one.
    fn way(self, form: &FaultForm, ways: &[&str]) -> Result<String, ScenarioError> {
        match &form.way {
            None => Ok(ways.first().map_or_else(String::new, |&first| first.to_owned())),
            Some(way) if ways.is_empty() => {
                Err(self.source.at(way, "this kind of fault has no ways".to_owned()))
            }
            Some(way) if ways.contains(&way.get_ref().as_str()) => Ok(way.get_ref().clone()),
            Some(way) => {
                let problem =
                    format!("{:?} is not a way of this fault; ways: {}", way.get_ref(), ways.join(", "));
                Err(self.source.at(way, problem))
            }
        }
    }

    fn brief(self, faults: &[FaultSpec]) -> Result<Brief, ScenarioError> {
        let form = self.form;
        let remedies = self.offers()?;
        let mut advice = self.advice(&remedies)?;
        advice.sort_by_key(|a| a.after_s);
        let mut says = self.says()?;
        says.sort_by_key(|s| s.after_s);
        let cause = self.cause(faults)?;
        let reference = self.reference(&form.reference, &remedies, cause.as_ref())?;
        let works = |kind: ComponentKind| matches!(kind, ComponentKind::Service | ComponentKind::Worker);
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Ok(Brief {
            id: form.id.get_ref().clone(),
            number: form.number.0,
            tier: u8::try_from(form.tier.0).unwrap_or(4),
            difficulty: u8::try_from(form.difficulty.0).unwrap_or(5),
            minutes: form.minutes.0,
            title: form.title.clone(),
            trains: form.trains.clone(),
            briefing: form.briefing.clone(),
            goal: form.goal.clone(),
            span_s: self.span_s,
            history_s: form.history_h.map_or(24, |n| n.0) * 3_600,
            local_hour: form.local_hour.0,
            pass_points: form.pass_points.map_or(70, |n| n.0),
            objectives: self.objectives()?,
            hints: self.some(&form.hints, "hints")?.to_vec(),
            advice,
            says,
            useful: self.useful()?,
            reference,
            remedies,
            cause,
            self_healing: form.self_healing,
            n_services: count(self.plan.components.iter().filter(|c| works(c.kind)).count()),
            n_hosts: count(self.plan.hosts.len()),
        })
    }

    /// Refuses an empty list.
    fn some<'b, T>(self, list: &'b [T], key: &str) -> Result<&'b [T], ScenarioError> {
        if list.is_empty() {
            return Err(self.source.about(&self.form.id.span(), key, format!("there are no {key}")));
        }
        Ok(list)
    }

    fn objectives(self) -> Result<Vec<Objective>, ScenarioError> {
        let each = |form: &super::form::ObjectiveForm| -> Result<Objective, ScenarioError> {
            Ok(Objective {
                component: form.component.get_ref().clone(),
                measure: measure::read(self.source, self.plan, form)?,
                success_ratio: form.success_ratio.0,
                for_s: self.within(&form.for_s)?,
            })
        };
        self.some(&self.form.objective, "objective")?.iter().map(each).collect()
    }

    fn useful(self) -> Result<Vec<Useful>, ScenarioError> {
        let all = self.some(&self.form.useful, "useful")?;
        if !all.iter().any(|u| u.decides) {
            let problem = "no piece of evidence decides".to_owned();
            return Err(self.source.about(&all[0].subject.span(), "decides", problem));
        }
        let each = |form: &UsefulForm| -> Result<Useful, ScenarioError> {
            let subject = form.subject.get_ref();
            let known = match form.screen {
                Screen::Checks => self.plan.checks.iter().any(|c| c.name == *subject) || self.knows(subject),
                Screen::Now | Screen::Alerts | Screen::Changes => subject.is_empty() || self.knows(subject),
                Screen::Metrics | Screen::Logs | Screen::Catalog => self.knows(subject),
            };
            if !known {
                let problem = format!("there is nothing called {subject:?}");
                return Err(self.source.at(&form.subject, problem));
            }
            self.detail(form)?;
            Ok(Useful {
                screen: form.screen,
                subject: subject.clone(),
                detail: form.detail.clone(),
                what: form.what.clone(),
                decides: form.decides,
            })
        };
        all.iter().map(each).collect()
    }

    /// Refuses an alert that no rule raises and a metric that nothing exposes: nobody could open them.
    fn detail(self, form: &UsefulForm) -> Result<(), ScenarioError> {
        let (subject, detail) = (form.subject.get_ref().as_str(), form.detail.as_str());
        if detail.is_empty() {
            return Ok(());
        }
        let problem = match form.screen {
            Screen::Alerts if alert_names().all(|known| known != detail) => {
                let meant = meant(nearest(detail, alert_names()));
                format!("no rule raises an alert called {detail:?}{meant}")
            }
            Screen::Metrics if !exposes(self.plan, subject, detail) => {
                let known = metrics_about(self.plan, subject);
                let meant = meant(nearest(detail, known.iter().map(String::as_str)));
                format!("there is no metric {detail:?} of {subject:?}{meant}")
            }
            Screen::Alerts
            | Screen::Metrics
            | Screen::Now
            | Screen::Logs
            | Screen::Catalog
            | Screen::Changes
            | Screen::Checks => return Ok(()),
        };
        self.source.stricter(self.source.about(&form.subject.span(), "detail", problem))
    }

    /// Reports whether a name is that of a component, instance, host, zone or edge.
    fn knows(self, name: &str) -> bool {
        let plan = self.plan;
        let single =
            plan.component(name).is_some() || plan.instance(name).is_some() || plan.host(name).is_some();
        let edge = || {
            let (from, to) = arrow(name)?;
            plan.edge(plan.component(from)?, plan.component(to)?)
        };
        single || plan.hosts.iter().any(|h| h.zone == name) || edge().is_some()
    }

    fn offers(self) -> Result<Vec<RemedyOffer>, ScenarioError> {
        let mut offers: Vec<RemedyOffer> = Vec::new();
        for form in self.some(&self.form.remedy, "remedy")? {
            let kind = *form.kind.get_ref();
            let remedy = self.remedy(kind, &form.target, form.amount)?;
            if offers.iter().any(|o| is_same(&o.remedy, &remedy)) {
                return Err(self.source.at(&form.target, "this remedy is offered twice".to_owned()));
            }
            let risk = u8::try_from(form.risk.0).unwrap_or(3);
            offers.push(RemedyOffer { remedy, risk, minutes: form.minutes.0 });
        }
        Ok(offers)
    }

    /// Reads an action and refuses a target or an amount that its kind does not take.
    fn remedy(
        self,
        kind: RemedyKind,
        target: &Spanned<String>,
        amount: Option<AmountOrNone>,
    ) -> Result<Remedy, ScenarioError> {
        let about = crate::remedies::about(kind);
        if about.target.find(self.plan, target.get_ref()).is_err() {
            let problem = format!("there is no {} {:?}", about.target.as_str(), target.get_ref());
            return Err(self.source.at(target, problem));
        }
        let amount = amount.map(|n| n.0);
        let wrong = match (about.amount, amount) {
            (None, Some(_)) => Some("it takes no amount".to_owned()),
            (Some(known), None) if known.usual.is_none() => Some(format!("say how much: {}", known.meaning)),
            (Some(known), Some(given)) if !(known.least..=known.most).contains(&given) => {
                Some(format!("{given} {} is not between {} and {}", known.meaning, known.least, known.most))
            }
            (Some(known), Some(given)) if known.whole && given.fract().abs() > 0.0 => {
                Some(format!("{given} {} is not a whole number", known.meaning))
            }
            (None | Some(_), None) | (Some(_), Some(_)) => None,
        };
        match wrong {
            None => Ok(Remedy { kind, target: target.get_ref().clone(), amount }),
            Some(problem) => Err(self.source.about(&target.span(), "amount", problem)),
        }
    }

    /// The same for advice and reference, which use what is offered.
    fn offered(
        self,
        kind: RemedyKind,
        target: &Spanned<String>,
        amount: Option<AmountOrNone>,
        offers: &[RemedyOffer],
    ) -> Result<Remedy, ScenarioError> {
        let remedy = self.remedy(kind, target, amount)?;
        if offers.iter().any(|o| is_same(&o.remedy, &remedy)) {
            return Ok(remedy);
        }
        Err(self.source.at(target, "this remedy is not among those that are offered".to_owned()))
    }

    fn advice(self, offers: &[RemedyOffer]) -> Result<Vec<Advice>, ScenarioError> {
        let each = |form: &super::form::AdviceForm| -> Result<Advice, ScenarioError> {
            Ok(Advice {
                after_s: self.within(&form.after_s)?,
                text: form.text.clone(),
                remedy: self.offered(form.remedy.kind, &form.remedy.target, form.remedy.amount, offers)?,
                wrong: form.wrong,
                why: form.why.clone(),
            })
        };
        self.form.advice.iter().map(each).collect()
    }

    fn says(self) -> Result<Vec<Say>, ScenarioError> {
        let each = |form: &super::form::SayForm| -> Result<Say, ScenarioError> {
            let role = form.role.get_ref();
            if !ROLES.contains(&role.as_str()) {
                let problem = format!("{role:?} is not a role; roles: {}", ROLES.join(", "));
                return Err(self.source.at(&form.role, problem));
            }
            Ok(Say {
                after_s: self.within(&form.after_s)?,
                role: role.clone(),
                text: form.text.clone(),
                prepared: form.prepared,
            })
        };
        self.form.say.iter().map(each).collect()
    }

    fn cause(self, faults: &[FaultSpec]) -> Result<Option<Cause>, ScenarioError> {
        let Some(form) = &self.form.cause else {
            let of = |f: &FaultSpec| Cause { entity: entity(f).to_owned(), fault: f.kind, at_s: f.at_s };
            return Ok(faults.first().map(of));
        };
        let name = form.entity.get_ref();
        if !faults.iter().any(|f| f.kind == form.fault && (entity(f) == name || f.target == *name)) {
            let problem = format!("no fault of this kind is planned at {name:?}");
            return Err(self.source.at(&form.entity, problem));
        }
        Ok(Some(Cause { entity: name.clone(), fault: form.fault, at_s: self.within(&form.at_s)? }))
    }

    fn reference(
        self,
        form: &ReferenceForm,
        offers: &[RemedyOffer],
        cause: Option<&Cause>,
    ) -> Result<Reference, ScenarioError> {
        let (entity, fault) = (form.entity.get_ref(), form.fault.get_ref());
        let right = match cause {
            None => fault == NO_FAULT,
            Some(cause) => FaultKind::parse(fault) == Some(cause.fault),
        };
        if !right {
            return Err(self.source.at(&form.fault, format!("{fault:?} is not what is wrong here")));
        }
        let names_nothing = entity.is_empty() && cause.is_none();
        if !self.knows(entity) && !names_nothing {
            return Err(self.source.at(&form.entity, format!("there is nothing called {entity:?}")));
        }
        let detect_s = self.within(&form.detect_s)?;
        let localise_s = self.within(&form.localise_s)?;
        if localise_s < detect_s {
            let problem = "nothing is localised before it is noticed".to_owned();
            return Err(self.source.error(&form.localise_s.span(), problem));
        }
        let mut steps = Vec::with_capacity(form.steps.len());
        for step in &form.steps {
            let at_s = self.within(&step.at_s)?;
            steps.push(ReferenceStep {
                at_s,
                remedy: self.offered(step.kind, &step.target, step.amount, offers)?,
            });
        }
        steps.sort_by_key(|s| s.at_s);
        Ok(Reference { entity: entity.clone(), fault: fault.clone(), detect_s, localise_s, steps })
    }
}

/// Two actions are the same card when they do the same to the same thing; the amount is chosen on the card.
fn is_same(one: &Remedy, other: &Remedy) -> bool {
    one.kind == other.kind && one.target == other.target
}
