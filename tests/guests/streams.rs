//! Small programs that use their standard streams, chosen by the first argument. They do the same
//! wherever they run, so what a sandbox makes of them can be held against this machine.

use std::hint::black_box;
use std::io::{self, BufRead, Read, Write};
use std::process::exit;
use std::time::Duration;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (program, rest) = args.split_first().expect("the first argument says what to do");
    let number = || -> i32 { rest[0].parse().unwrap() };
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    match program.as_str() {
        "cat" => drop(io::copy(&mut input, &mut output).unwrap()),
        "upper" => {
            for line in input.lines() {
                writeln!(output, "{}", line.unwrap().to_uppercase()).unwrap();
                output.flush().unwrap();
            }
        }
        "count" => println!("{} bytes", io::copy(&mut input, &mut io::sink()).unwrap()),
        "exit" => exit(number()),
        "binary" => {
            let bytes: Vec<u8> =
                (0..1_000_003_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
            output.write_all(&bytes).unwrap();
        }
        "nothing" => {}
        "args" => rest.iter().for_each(|arg| println!("{arg:?}")),
        "env" => {
            let mut variables: Vec<_> = std::env::vars().collect();
            variables.sort();
            println!("{variables:?}");
        }
        "errors" => {
            eprint!("one\ntwo without an end");
            io::stderr().flush().unwrap();
        }
        "both" => {
            for at in 0..3 {
                println!("out {at}");
                eprintln!("err {at}");
            }
            exit(3);
        }
        "around" => {
            println!("before");
            let mut text = String::new();
            input.read_to_string(&mut text).unwrap();
            println!("after {}", text.len());
        }
        "half" => {
            let mut bytes = vec![0; 1000];
            input.read_exact(&mut bytes).unwrap();
            println!("{}", bytes.iter().map(|byte| u64::from(*byte)).sum::<u64>());
        }
        "bytewise" => {
            let (mut byte, mut sum) = ([0], 0_u64);
            while input.read(&mut byte).unwrap() == 1 {
                sum = sum.wrapping_mul(31).wrapping_add(u64::from(byte[0]));
            }
            println!("{sum}");
        }
        "twice" => {
            let mut text = String::new();
            println!(
                "{:?}",
                [input.read_to_string(&mut text).unwrap(), input.read_to_string(&mut text).unwrap()]
            );
        }
        "ask" => {
            write!(output, "name? ").unwrap();
            output.flush().unwrap();
            let mut name = String::new();
            input.read_line(&mut name).unwrap();
            println!("hello {}", name.trim_end());
        }
        "controls" => {
            println!("\u{1b}[31mred\u{1b}[0m größer 日本\ttab\r");
            eprintln!("\u{1b}]0;title\u{7}wrong\rright");
        }
        "sleep" => {
            println!("sleeping");
            std::thread::sleep(Duration::from_secs(3600));
        }
        "endless" => loop {
            if writeln!(output, "y").is_err() {
                return;
            }
        },
        "spin" => loop {
            black_box(0);
        },
        "hoard" => {
            let mut all = Vec::new();
            loop {
                all.push(black_box(vec![1_u8; 1 << 20]));
            }
        }
        "deep" => println!("{}", deep(number())),
        "panic" => panic!("it gave up"),
        other => panic!("there is no program {other}"),
    }
}

/// Recurses so deep.
fn deep(levels: i32) -> i32 {
    let frame = black_box([levels; 16]);
    if levels == 0 { 0 } else { deep(levels - 1) + frame[black_box(3)] % 2 }
}
