//! Tells lines that belong to the record before them: stack traces and indented text.

/// Reports whether a line looks as if it continued the record before it, from its own text alone.
///
/// Only lines without a time are asked. The shapes are those that the runtimes of Java, Python, Go, .NET, Ruby and
/// Node print below the line that reports an exception.
pub(super) fn continues(line: &[u8]) -> bool {
    match line.first() {
        None | Some(b' ' | b'\t' | b'}' | b')' | b']') => return true,
        Some(_) => {}
    }
    let starts = |word: &[u8]| line.starts_with(word);
    starts(b"Caused by: ")
        || starts(b"Suppressed: ")
        || starts(b"Traceback (most recent call last)")
        || starts(b"During handling of the above exception")
        || starts(b"The above exception was the direct cause")
        || starts(b"goroutine ")
        || starts(b"created by ")
        || starts(b"[signal ")
        || starts(b"exit status ")
        || starts(b"--- End of ")
        || starts(b"... ")
        || starts(b"at ")
        || is_exception(line)
        || is_go_frame(line)
        || line.iter().all(u8::is_ascii_whitespace)
}

/// `java.lang.IllegalStateException: text`, `ValueError: text`, `package.CustomError`.
fn is_exception(line: &[u8]) -> bool {
    let n = line.iter().take(200).take_while(|&&b| is_name(b) || b == b'.' || b == b'$').count();
    let (name, rest) = line.split_at(n);
    let ends = [&b"Error"[..], b"Exception", b"Warning", b"Interrupt", b"Throwable"];
    let class = name.rsplit(|&b| b == b'.').next().unwrap_or_default();
    let named = class.first().is_some_and(u8::is_ascii_uppercase)
        && ends
            .iter()
            .any(|end| class.ends_with(end) && (class.len() > end.len() || name.len() > class.len()));
    named && matches!(rest, [] | [b'\r', ..] | [b':', b' ', ..] | [b':'])
}

/// `main.handle(0xc000010000, 0x1)`: a frame of a Go stack, whose file stands indented on the next line.
fn is_go_frame(line: &[u8]) -> bool {
    let line = line.trim_ascii_end();
    if !matches!(line.last(), Some(b')')) {
        return false;
    }
    let Some(open) = line.iter().rposition(|&b| b == b'(') else { return false };
    let name = &line[..open];
    name.contains(&b'.')
        && !name.is_empty()
        && name
            .iter()
            .all(|&b| is_name(b) || matches!(b, b'.' | b'/' | b'*' | b'(' | b')' | b'[' | b']' | b'-' | b'%'))
        && line[open + 1..line.len() - 1]
            .iter()
            .all(|&b| is_name(b) || matches!(b, b',' | b' ' | b'.' | b'{' | b'}' | b'?'))
}

const fn is_name(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_stack_traces_continue() {
        for line in [
            "    at org.example.Shop.pay(Shop.java:12)",
            "\tat org.example.Shop.pay(Shop.java:12)",
            "Caused by: java.io.IOException: broken",
            "java.lang.IllegalStateException: no basket",
            "Traceback (most recent call last):",
            "ValueError: invalid literal",
            "shop.basket.EmptyBasketError",
            "goroutine 12 [running]:",
            "main.(*Basket).Pay(0xc000010000, 0x1)",
            "github.com/example/shop/basket.Pay(...)",
            "created by net/http.(*Server).Serve in goroutine 1",
            "",
            "}",
        ] {
            assert!(continues(line.as_bytes()), "{line}");
        }
    }

    #[test]
    fn ordinary_lines_do_not_continue() {
        for line in [
            "Error: could not open the basket",
            "panic: runtime error: index out of range",
            "Exception in thread \"main\" java.lang.Error",
            "starting server (port 80)",
            "disk sda1 is full",
            "attempt 3",
        ] {
            assert!(!continues(line.as_bytes()), "{line}");
        }
    }
}
