//! Makes a log record of a line: the words of its technology with numbers and names that fit.

use std::fmt::Write as _;

use wardroom_core::{Labels, LogRecord, Timestamp};

use super::draw::{self, Draw};
use super::{Code, Data, Line, Machine, Own, Paper, Who, words};
use crate::plan::{Plan, Technology};

/// Ports that scans try first.
const PORTS: [u64; 8] = [22, 23, 80, 443, 445, 3306, 5432, 8080];

/// What a template is filled from.
struct Filler<'a> {
    plan: &'a Plan,
    paper: &'a Paper,
    line: &'a Line,
    technology: Technology,
}

/// Makes the record of a line.
pub(crate) fn render(plan: &Plan, paper: &Paper, line: &Line) -> LogRecord {
    let (service, host, technology) = match line.who {
        Who::Instance(i) => {
            let place = &plan.instances[i];
            let component = &plan.components[place.component];
            (component.name.clone(), plan.hosts[place.host].name.clone(), component.technology)
        }
        Who::Host(h) => (String::new(), plan.hosts[h].name.clone(), Technology::Go),
    };
    let filler = Filler { plan, paper, line, technology };
    let (level, kind, text) = words::of(line.code, technology);
    let mut record = LogRecord {
        at: Timestamp::from_millis(line.wrote_ms),
        level: Some(level),
        service,
        host,
        dataset: dataset(line.code, technology).to_owned(),
        message: filler.fill(text),
        fields: Labels::default(),
    };
    filler.fields(&mut record.fields, &filler.fill(kind));
    record
}

/// Returns which log a line belongs to.
pub(crate) const fn dataset(code: Code, technology: Technology) -> &'static str {
    match (code, technology) {
        (Code::Machine(Machine::FailedLogin), _) => "system.auth",
        (Code::Machine(Machine::KernelKill | Machine::PortDropped | Machine::LinkErrors), _) => {
            "system.kernel"
        }
        (Code::Machine(_), _) => "system.syslog",
        (Code::Own(Own::Request), Technology::Nginx) => "nginx.access",
        (_, Technology::Nginx) => "nginx.error",
        (_, Technology::Haproxy) => "haproxy.log",
        (Code::Data(Data::SlowQuery) | Code::Own(Own::Request), Technology::Mysql) => "mysql.slowlog",
        (_, Technology::Postgres) => "postgresql.log",
        (_, Technology::Mysql) => "mysql.error",
        (_, Technology::Redis) => "redis.log",
        (_, Technology::Kafka) => "kafka.log",
        (_, Technology::Java) => "java.application",
        (_, Technology::Go) => "go.application",
        (_, Technology::Node) => "node.application",
        (_, Technology::Python) => "python.application",
    }
}

impl Filler<'_> {
    /// Returns the line's random part.
    const fn draw(&self) -> Draw {
        Draw { bits: self.line.bits, x: self.line.x }
    }

    /// Returns a number below `below` that belongs to this line; another `salt` gives another number.
    const fn number(&self, salt: u32, below: u64) -> u64 {
        self.draw().number(salt, below)
    }

    /// Fills the names in angle brackets.
    fn fill(&self, template: &str) -> String {
        draw::fill(template, |name| self.value(name))
    }

    /// Returns the value of a name.
    fn value(&self, name: &str) -> String {
        match name {
            "service" | "name" | "server" | "version" | "other" | "to" | "host" => self.place(name),
            "limit" | "limit_s" | "wait" | "wait_s" | "size" => self.setting(name),
            "attacker" | "port" | "dport" => self.address(name),
            "method" => self.route().0.to_owned(),
            "path" => self.route().1.to_owned(),
            other => self.draw().value(other).unwrap_or_else(|| format!("<{other}>")),
        }
    }

    /// Returns names of places.
    fn place(&self, name: &str) -> String {
        let instance = match self.line.who {
            Who::Instance(i) => Some(&self.plan.instances[i]),
            Who::Host(_) => None,
        };
        let component = instance.map_or("", |i| self.plan.components[i.component].name.as_str());
        match name {
            "service" => component.to_owned(),
            "name" => instance.map_or(String::new(), |i| i.name.clone()),
            "host" => instance.map_or(String::new(), |i| self.plan.hosts[i.host].name.clone()),
            "version" => self.paper.text(self.line.a).to_owned(),
            "other" => self.plan.instances.get(self.line.a).map_or(String::new(), |i| i.name.clone()),
            "to" => self.callee().map_or(String::new(), |c| self.plan.components[c].name.clone()),
            _ => {
                // Machines and instances have addresses by their position.
                let position = self.callee().or_else(|| instance.map(|i| i.host)).unwrap_or(0);
                format!("10.{}.{}.{}", 20 + position % 8, position / 8, 10 + self.number(35, 3))
            }
        }
    }

    /// Returns the component that was asked.
    fn callee(&self) -> Option<usize> {
        match self.line.code {
            Code::Asked(_) => self.plan.edges.get(self.line.a).map(|e| e.to),
            Code::Own(_) | Code::Data(_) | Code::Machine(_) => None,
        }
    }

    /// Returns settings of the edge that was used.
    fn setting(&self, name: &str) -> String {
        let Some(edge) = self.plan.edges.get(self.line.a) else { return String::new() };
        let (size, wait_ms) = edge.pool.map_or((0, 0.0), |p| (p.size, p.wait_ms));
        match name {
            "limit" => format!("{:.0}", edge.timeout_ms),
            "limit_s" => format!("{:.1}", edge.timeout_ms / 1000.0),
            "wait" => format!("{wait_ms:.0}"),
            "wait_s" => format!("{:.2}", wait_ms / 1000.0),
            _ => size.to_string(),
        }
    }

    /// Returns addresses and ports.
    fn address(&self, name: &str) -> String {
        match name {
            "attacker" => self.attacker(),
            "port" => self.callee().map_or(8080, |c| port(self.plan.components[c].technology)).to_string(),
            _ => {
                let place = usize::try_from(self.number(41, 8)).unwrap_or(0);
                PORTS[place].to_string()
            }
        }
    }

    /// Returns the address of the attacker of a machine: one address, as long as it is the same machine.
    fn attacker(&self) -> String {
        let position = match self.line.who {
            Who::Host(h) | Who::Instance(h) => h,
        };
        // Few failures are everyday typing from inside; many are somebody from outside.
        if self.line.x < 2.0 {
            format!("10.9.{}.{}", self.number(45, 4), self.number(47, 200) + 20)
        } else {
            // From the network for documentation (RFC 5737).
            format!("203.0.113.{}", 17 + position % 90)
        }
    }

    /// Returns method and path of the request.
    fn route(&self) -> (&str, &str) {
        let Who::Instance(i) = self.line.who else { return ("GET", "/") };
        let routes = &self.plan.components[self.plan.instances[i].component].routes;
        let mut left = (self.number(49, 10_000) as f64) / 10_000.0;
        let chosen = routes.iter().find(|(_, share)| {
            left -= share;
            left < 0.0
        });
        let route = chosen.or(routes.last()).map_or("/", |(route, _)| route.as_str());
        route.split_once(' ').unwrap_or(("GET", route))
    }

    /// Adds the fields that such a record has in the Elastic Common Schema.
    fn fields(&self, fields: &mut Labels, kind: &str) {
        if let Who::Instance(i) = self.line.who {
            fields.set("service.node.name", self.plan.instances[i].name.as_str());
        }
        fields.set("error.type", kind);
        match self.line.code {
            Code::Own(own) => self.request_fields(own, fields),
            Code::Asked(_) => {
                fields.set("trace.id", format!("{:016x}", self.line.bits));
                fields.set("destination.address", self.place("to"));
            }
            Code::Machine(Machine::FailedLogin | Machine::PortDropped) => {
                fields.set("source.ip", self.attacker());
                fields.set("event.outcome", "failure");
            }
            Code::Data(_) | Code::Machine(_) => {}
        }
    }

    /// Adds the fields of a request.
    fn request_fields(&self, own: Own, fields: &mut Labels) {
        let status = match own {
            Own::Request => "200",
            Own::ServerError => "500",
            Own::Unauthorized => "401",
            Own::Rejected => "503",
            Own::Started => {
                fields.set("service.version", self.place("version"));
                return;
            }
            Own::Suppressed
            | Own::Ready
            | Own::Stopped
            | Own::Crashed
            | Own::MemoryKilled
            | Own::NoSpace
            | Own::CacheCold
            | Own::ConsumerStuck
            | Own::ConsumerResumed
            | Own::ServerDown
            | Own::ServerUp => return,
        };
        match self.technology {
            Technology::Go
            | Technology::Java
            | Technology::Node
            | Technology::Python
            | Technology::Nginx
            | Technology::Haproxy => {}
            Technology::Postgres | Technology::Mysql | Technology::Redis | Technology::Kafka => return,
        }
        let (method, path) = self.route();
        fields.set("http.request.method", method);
        fields.set("url.path", path);
        fields.set("http.response.status_code", status);
        fields.set("trace.id", format!("{:016x}", self.line.bits));
        let mut duration = String::new();
        // Nanoseconds, as the schema asks; writing to a text cannot fail.
        let _ = write!(duration, "{:.0}", self.draw().spent_s() * 1e9);
        fields.set("event.duration", duration);
    }
}

/// Returns the port at which a technology serves.
const fn port(technology: Technology) -> u16 {
    match technology {
        Technology::Go | Technology::Java | Technology::Node | Technology::Python => 8080,
        Technology::Nginx | Technology::Haproxy => 443,
        Technology::Postgres => 5432,
        Technology::Mysql => 3306,
        Technology::Redis => 6379,
        Technology::Kafka => 9092,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::logs::Asked;

    #[test]
    fn no_template_leaves_a_name_open() {
        let plan = crate::plan::shop();
        let paper = Paper::default();
        let codes = [
            Code::Own(Own::ServerError),
            Code::Own(Own::NoSpace),
            Code::Own(Own::Request),
            Code::Asked(Asked::Timeout),
            Code::Asked(Asked::PoolExhausted),
            Code::Asked(Asked::BreakerOpened),
            Code::Data(Data::ReplicationError),
            Code::Data(Data::LockWait),
            Code::Machine(Machine::PortDropped),
        ];
        for code in codes {
            for who in 0..plan.instances.len() {
                let mut line = line(code, 0x1234_5678_9abc_def0, 3.0);
                line.who = Who::Instance(who);
                let record = render(&plan, &paper, &line);
                assert!(!record.message.contains('<'), "{code:?}: {}", record.message);
            }
        }
    }

    fn line(code: Code, bits: u64, x: f64) -> Line {
        Line { at_ms: 0, wrote_ms: 0, bits, who: Who::Instance(0), code, a: 0, x }
    }
}
