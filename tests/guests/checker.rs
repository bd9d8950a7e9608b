//! A checker whose answer follows what is expected: it looks at a case on stdin, and the first word
//! of `expected` says what it does. Where nothing is expected, it accepts all outputs but `wrong`.

use std::io::Read;

/// The text of a field, as it is written in JSON.
fn field<'a>(case: &'a str, name: &str) -> Option<&'a str> {
    let start = format!("\"{name}\":\"");
    let text = case.split_once(start.as_str())?.1;
    let ends = |at: &usize| !text[..*at].ends_with('\\');
    let end = text.match_indices('"').map(|(at, _)| at).find(ends)?;
    Some(&text[..end])
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

fn main() {
    let mut case = String::new();
    std::io::stdin().read_to_string(&mut case).unwrap();
    let output = field(&case, "output").unwrap_or_default();
    let expected = field(&case, "expected").unwrap_or("not wrong");
    let (word, rest) = expected.split_once(' ').unwrap_or((expected, ""));
    match word {
        "not" => println!("{{\"accept\":{}}}", output != rest),
        "same" => println!("{{\"accept\":{},\"message\":{}}}", output == rest, quoted(rest)),
        "points" => println!("{{\"accept\":true,\"points\":{rest}}}"),
        "refuse" => println!("{{\"accept\":false,\"message\":{}}}", quoted(rest)),
        "say" => print!("{}", rest.replace('\'', "\"")),
        "bytes" => std::io::Write::write_all(&mut std::io::stdout(), &[0xff, b'{', b'}']).unwrap(),
        "long" => println!("{{\"accept\":true,\"message\":\"{}\"}}", "x".repeat(5000)),
        "case" => println!("{{\"accept\":false,\"message\":{}}}", quoted(&case)),
        "sees" => {
            let args: Vec<String> = std::env::args().skip(1).collect();
            let env: Vec<(String, String)> = std::env::vars().collect();
            let folder = std::fs::read_dir(rest).is_ok();
            println!("{{\"accept\":false,\"message\":{}}}", quoted(&format!("{args:?} {env:?} {folder}")));
        }
        "trap" => std::process::abort(),
        "exit" => std::process::exit(rest.parse().unwrap()),
        "loop" => loop {
            std::hint::black_box(0);
        },
        other => panic!("{other}"),
    }
}
