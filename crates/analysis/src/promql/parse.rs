//! Reads an expression: recursive descent over the grammar of PromQL, types checked on the way.

mod check;
mod selector;

use super::error::{Expected, ParseError, ParseErrorKind, Rule, ValueType};
use super::expression::{
    Aggregate, AggregateOp, ArithmeticOp, At, Binary, BinaryOp, Cardinality, CompareOp, Expression, Grouping,
    Matching, Node, SetOp,
};
use super::functions::{Function, is_refused};
use super::lex::{Quantity, Scanner};

/// The longest text that is read, in bytes.
const LONGEST: usize = 64 * 1024;
/// How deep an expression may nest, so that no walk over its tree runs out of stack.
const DEEPEST: usize = 128;

/// Words that cannot be the name of a metric.
const RESERVED: [&str; 5] = ["bool", "on", "ignoring", "group_left", "group_right"];

type Parsed<T> = Result<T, ParseError>;

/// Reads an expression.
///
/// What only Prometheus 3 writes (a number for a length of time, a length of time for a number, quoted names in braces)
/// is read as well.
///
/// # Errors
///
/// [`ParseError`] with the column. A text longer than 64 KiB, or nested deeper than 128, is refused.
pub fn parse(text: &str) -> Result<Expression, ParseError> {
    if text.len() > LONGEST {
        return Err(Scanner::error_at(0, ParseErrorKind::TooDeep));
    }
    let mut parser = Parser { scanner: Scanner::new(text), depth: 0 };
    let part = parser.expression(0)?;
    parser.scanner.space();
    if parser.scanner.peek().is_some() {
        return Err(parser.scanner.wrong(Expected::Operator));
    }
    Ok(Expression { root: part.node })
}

/// A part of the expression that has been read.
struct Part {
    node: Node,
    /// Where it begins.
    place: usize,
    /// How many nodes stand above each other in it.
    height: usize,
    /// Whether it stands in parentheses: then no range, offset or `@` can follow.
    enclosed: bool,
}

impl Part {
    fn leaf(node: Node, place: usize) -> Self {
        Self { node, place, height: 1, enclosed: false }
    }
}

struct Parser {
    scanner: Scanner,
    depth: usize,
}

impl Parser {
    fn rule<T>(place: usize, rule: Rule) -> Parsed<T> {
        Err(Scanner::error_at(place, ParseErrorKind::Rule(rule)))
    }

    fn refuse<T>(place: usize, name: &str) -> Parsed<T> {
        Err(Scanner::error_at(place, ParseErrorKind::Refused(name.to_owned())))
    }

    /// Checks the height of what would be put on top of parts of these heights.
    fn on_top(place: usize, heights: impl IntoIterator<Item = usize>) -> Parsed<usize> {
        let height = heights.into_iter().max().unwrap_or(0) + 1;
        if height > DEEPEST {
            return Err(Scanner::error_at(place, ParseErrorKind::TooDeep));
        }
        Ok(height)
    }

    /// Reads an expression whose operators bind at least as strongly as `least`.
    fn expression(&mut self, least: u8) -> Parsed<Part> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Scanner::error_at(self.scanner.place(), ParseErrorKind::TooDeep));
        }
        let mut left = self.signed()?;
        loop {
            self.scanner.space();
            let place = self.scanner.place();
            let Some(op) = self.operator()? else { break };
            if op.precedence() < least {
                self.scanner.return_to(place);
                break;
            }
            let matching = self.matching()?;
            let is_power = op == BinaryOp::Arithmetic(ArithmeticOp::Pow);
            let right = self.expression(if is_power { op.precedence() } else { op.precedence() + 1 })?;
            let height = Self::on_top(place, [left.height, right.height])?;
            check::binary(op, &left, &right, &matching, place)?;
            let begin = left.place;
            let binary = Binary { op, left: left.node, right: right.node, matching };
            left = Part { node: Node::Binary(Box::new(binary)), place: begin, height, enclosed: false };
        }
        self.depth -= 1;
        Ok(left)
    }

    /// Reads an operator; `None` where none stands, and the place is kept.
    fn operator(&mut self) -> Parsed<Option<BinaryOp>> {
        use BinaryOp::{Arithmetic, Compare, Set};
        const SIGNS: [(&str, BinaryOp); 12] = [
            ("==", Compare(CompareOp::Equal)),
            ("!=", Compare(CompareOp::NotEqual)),
            ("<=", Compare(CompareOp::LessOrEqual)),
            (">=", Compare(CompareOp::GreaterOrEqual)),
            ("<", Compare(CompareOp::Less)),
            (">", Compare(CompareOp::Greater)),
            ("+", Arithmetic(ArithmeticOp::Add)),
            ("-", Arithmetic(ArithmeticOp::Sub)),
            ("*", Arithmetic(ArithmeticOp::Mul)),
            ("/", Arithmetic(ArithmeticOp::Div)),
            ("%", Arithmetic(ArithmeticOp::Mod)),
            ("^", Arithmetic(ArithmeticOp::Pow)),
        ];
        const WORDS: [(&str, BinaryOp); 3] =
            [("and", Set(SetOp::And)), ("or", Set(SetOp::Or)), ("unless", Set(SetOp::Unless))];
        if let Some((_, op)) = SIGNS.iter().find(|(sign, _)| self.scanner.takes(sign)) {
            return Ok(Some(*op));
        }
        if let Some((_, op)) = WORDS.iter().find(|(word, _)| self.scanner.takes_word(word)) {
            return Ok(Some(*op));
        }
        let word = self.scanner.peek_word(true).map(|w| w.to_ascii_lowercase()).unwrap_or_default();
        if ["atan2", "anchored", "smoothed", "fill", "fill_left", "fill_right"].contains(&word.as_str()) {
            return Self::refuse(self.scanner.place(), &word);
        }
        Ok(None)
    }

    /// Reads what may stand between an operator and its right side.
    fn matching(&mut self) -> Parsed<Matching> {
        let mut matching = Matching { returns_bool: self.scanner.takes_word("bool"), ..Matching::default() };
        matching.on = self.scanner.takes_word("on");
        if !matching.on && !self.scanner.takes_word("ignoring") {
            return Ok(matching);
        }
        matching.labels = self.labels()?;
        if self.scanner.takes_word("group_left") {
            matching.cardinality = Cardinality::ManyToOne;
        } else if self.scanner.takes_word("group_right") {
            matching.cardinality = Cardinality::OneToMany;
        } else {
            return Ok(matching);
        }
        self.scanner.space();
        if self.scanner.peek() == Some('(') {
            matching.include = self.labels()?;
        }
        Ok(matching)
    }

    /// Reads `(a, b)`; a comma may stand before the closing parenthesis.
    fn labels(&mut self) -> Parsed<Vec<String>> {
        self.scanner.expect("(")?;
        let mut labels = Vec::new();
        while !self.scanner.takes(")") {
            if !labels.is_empty() {
                self.scanner.expect_comma_or(")")?;
                if self.scanner.takes(")") {
                    break;
                }
            }
            let quoted = matches!(self.scanner.peek(), Some('"' | '\''));
            let label = if quoted { Some(self.scanner.quoted()?) } else { self.scanner.word(false) };
            labels.push(label.ok_or_else(|| self.scanner.wrong(Expected::Label))?);
        }
        Ok(labels)
    }

    /// Reads an operand with signs before it. A sign binds as strongly as `*`, so `-a ^ b` is `-(a ^ b)`.
    fn signed(&mut self) -> Parsed<Part> {
        self.scanner.space();
        let place = self.scanner.place();
        let minus = self.scanner.takes("-");
        if !minus && !self.scanner.takes("+") {
            return self.operand();
        }
        let mut part = self.expression(BinaryOp::Arithmetic(ArithmeticOp::Pow).precedence())?;
        check::is_numeric(if minus { "-" } else { "+" }, &part.node, part.place)?;
        let node = if !minus {
            part.node
        } else if let Node::Number(value) = part.node {
            Node::Number(-value)
        } else {
            part.height = Self::on_top(place, [part.height])?;
            Node::Negative(Box::new(part.node))
        };
        Ok(Part { node, place, height: part.height, enclosed: true })
    }

    /// Reads one operand with the ranges, offsets and moments behind it.
    fn operand(&mut self) -> Parsed<Part> {
        let mut part = self.primary()?;
        loop {
            self.scanner.space();
            let place = self.scanner.place();
            if self.scanner.takes("[") {
                self.range(&mut part, place)?;
            } else if self.scanner.takes_word("offset") {
                self.offset(&mut part, place)?;
            } else if self.scanner.takes("@") {
                self.moment(&mut part, place)?;
            } else {
                return Ok(part);
            }
        }
    }

    fn primary(&mut self) -> Parsed<Part> {
        self.scanner.space();
        let place = self.scanner.place();
        match self.scanner.peek() {
            Some('(') => {
                self.scanner.takes("(");
                let inner = self.expression(0)?;
                self.scanner.expect(")")?;
                Ok(Part { enclosed: true, place, ..inner })
            }
            Some('{') => self.selector(None, place),
            Some('"' | '\'' | '`') => Ok(Part::leaf(Node::Text(self.scanner.quoted()?), place)),
            Some(c) if c.is_ascii_digit() || c == '.' => {
                let value = match self.scanner.quantity(Expected::Number)? {
                    Quantity::Number(value) => value,
                    Quantity::Duration(ms) => ms as f64 / 1000.0,
                };
                Ok(Part::leaf(Node::Number(value), place))
            }
            _ => match self.scanner.word(true) {
                Some(word) => self.named(&word, place),
                None => Err(self.scanner.wrong(Expected::Expression)),
            },
        }
    }

    /// Reads what begins with a word: a number, an aggregation, a function or a selector.
    fn named(&mut self, word: &str, place: usize) -> Parsed<Part> {
        let lower = word.to_ascii_lowercase();
        match lower.as_str() {
            "inf" => return Ok(Part::leaf(Node::Number(f64::INFINITY), place)),
            "nan" => return Ok(Part::leaf(Node::Number(f64::NAN), place)),
            _ if RESERVED.contains(&lower.as_str()) => {
                self.scanner.return_to(place);
                return Err(self.scanner.wrong(Expected::Expression));
            }
            _ => {}
        }
        self.scanner.space();
        let called = self.scanner.peek() == Some('(');
        let grouped = self
            .scanner
            .peek_word(true)
            .is_some_and(|w| w.eq_ignore_ascii_case("by") || w.eq_ignore_ascii_case("without"));
        if let Some(op) = AggregateOp::parse(word).filter(|_| called || grouped) {
            return self.aggregate(op, place);
        }
        if called && let Some(function) = Function::parse(word) {
            return self.call(function, place);
        }
        let is_known = is_refused(word) || ["limitk", "limit_ratio"].contains(&lower.as_str());
        match (called || grouped, is_known) {
            (true, true) => Self::refuse(place, word),
            (true, false) if called => {
                Err(Scanner::error_at(place, ParseErrorKind::UnknownFunction(word.to_owned())))
            }
            _ => self.selector(Some(word.to_owned()), place),
        }
    }

    /// Reads the arguments of a call.
    fn arguments(&mut self) -> Parsed<Vec<Part>> {
        self.scanner.expect("(")?;
        let mut arguments = Vec::new();
        if self.scanner.takes(")") {
            return Ok(arguments);
        }
        loop {
            arguments.push(self.expression(0)?);
            if self.scanner.takes(")") {
                return Ok(arguments);
            }
            self.scanner.expect_comma_or(")")?;
        }
    }

    fn call(&mut self, function: Function, place: usize) -> Parsed<Part> {
        let arguments = self.arguments()?;
        let signature = function.signature();
        if !signature.takes(arguments.len()) {
            return check::wrong_count(signature.name, signature.wanted(), arguments.len(), place);
        }
        for (idx, argument) in arguments.iter().enumerate() {
            if let Some(wanted) = signature.argument(idx) {
                check::has_type(signature.name, &argument.node, wanted, argument.place)?;
            }
        }
        let height = Self::on_top(place, arguments.iter().map(|a| a.height))?;
        let node = Node::Call(function, arguments.into_iter().map(|a| a.node).collect());
        Ok(Part { node, place, height, enclosed: true })
    }

    fn aggregate(&mut self, op: AggregateOp, place: usize) -> Parsed<Part> {
        let before = self.grouping()?;
        let mut arguments = self.arguments()?;
        let grouping = match before {
            Some(grouping) => Some(grouping),
            None => self.grouping()?,
        };
        let wanted = if op.parameter().is_some() { 2 } else { 1 };
        if arguments.len() != wanted {
            return check::wrong_count(op.as_str(), (wanted, Some(wanted)), arguments.len(), place);
        }
        let height = Self::on_top(place, arguments.iter().map(|a| a.height))?;
        let of = arguments.pop().expect("an aggregation has one argument at least");
        check::has_type(op.as_str(), &of.node, ValueType::Vector, of.place)?;
        let parameter = arguments.pop();
        if let (Some(parameter), Some(wanted)) = (&parameter, op.parameter()) {
            check::has_type(op.as_str(), &parameter.node, wanted, parameter.place)?;
        }
        let grouping = grouping.unwrap_or_else(|| Grouping { without: false, labels: Vec::new() });
        let aggregate = Aggregate { op, grouping, parameter: parameter.map(|p| p.node), of: of.node };
        Ok(Part { node: Node::Aggregate(Box::new(aggregate)), place, height, enclosed: true })
    }

    fn grouping(&mut self) -> Parsed<Option<Grouping>> {
        let without = self.scanner.takes_word("without");
        if !without && !self.scanner.takes_word("by") {
            return Ok(None);
        }
        Ok(Some(Grouping { without, labels: self.labels()? }))
    }

    /// Reads a length of time; a bare number counts seconds.
    fn duration(&mut self) -> Parsed<i64> {
        self.scanner.space();
        let place = self.scanner.place();
        let wrong = |scanner: &mut Scanner| {
            scanner.return_to(place);
            scanner.wrong(Expected::Duration)
        };
        match self.scanner.quantity(Expected::Duration)? {
            Quantity::Duration(ms) => Ok(ms),
            Quantity::Number(seconds) => check::milliseconds(seconds).ok_or_else(|| wrong(&mut self.scanner)),
        }
    }

    fn range(&mut self, part: &mut Part, place: usize) -> Parsed<()> {
        self.scanner.space();
        let begin = self.scanner.place();
        let range_ms = self.duration()?;
        if self.scanner.takes(":") {
            return Self::refuse(place, "subquery");
        }
        self.scanner.expect("]")?;
        if range_ms <= 0 {
            self.scanner.return_to(begin);
            return Err(self.scanner.wrong(Expected::Duration));
        }
        let node = std::mem::replace(&mut part.node, Node::Number(0.0));
        let Node::Selector(selector) = node else { return Self::rule(place, Rule::NotASelector) };
        if part.enclosed {
            return Self::rule(place, Rule::NotASelector);
        }
        if selector.offset_ms != 0 || selector.at.is_some() {
            return Self::rule(place, Rule::RangeComesFirst);
        }
        part.node = Node::Range(selector, range_ms);
        Ok(())
    }

    fn offset(&mut self, part: &mut Part, place: usize) -> Parsed<()> {
        let minus = self.scanner.takes("-");
        let offset_ms = self.duration()?;
        let selector = check::selector_of(part, place)?;
        if selector.offset_ms != 0 {
            return Self::rule(place, Rule::SetTwice);
        }
        selector.offset_ms = if minus { -offset_ms } else { offset_ms };
        Ok(())
    }

    fn moment(&mut self, part: &mut Part, place: usize) -> Parsed<()> {
        self.scanner.space();
        let begin = self.scanner.place();
        let at = if self.scanner.takes_word("start") {
            self.scanner.expect("(")?;
            self.scanner.expect(")")?;
            At::Start
        } else if self.scanner.takes_word("end") {
            self.scanner.expect("(")?;
            self.scanner.expect(")")?;
            At::End
        } else {
            let minus = self.scanner.takes("-");
            if !minus {
                self.scanner.takes("+");
            }
            self.scanner.space();
            let word = self.scanner.peek_word(false).map(|w| w.to_ascii_lowercase());
            let seconds = match word.as_deref() {
                Some("inf" | "nan") => f64::NAN,
                _ => match self.scanner.quantity(Expected::Moment)? {
                    Quantity::Number(seconds) => seconds,
                    Quantity::Duration(ms) => ms as f64 / 1000.0,
                },
            };
            let ms = check::milliseconds(if minus { -seconds } else { seconds });
            let Some(ms) = ms else { return Self::rule(begin, Rule::MomentOutOfBounds) };
            At::Time(ms)
        };
        let selector = check::selector_of(part, place)?;
        if selector.at.is_some() {
            return Self::rule(place, Rule::SetTwice);
        }
        selector.at = Some(at);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
