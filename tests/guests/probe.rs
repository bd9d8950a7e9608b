//! A command that does what its input says, a step a line, and prints what came of each: what a guest can see and touch.

use std::io::{Read, Write};
use std::{env, fs};

fn main() {
    let mut script = String::new();
    std::io::stdin().read_to_string(&mut script).unwrap();
    for line in script.lines() {
        let (step, what) = line.split_once(' ').unwrap_or((line, ""));
        match step {
            "args" => println!("{:?}", env::args().skip(1).collect::<Vec<_>>()),
            "env" => println!("{:?}", env::vars().collect::<Vec<_>>()),
            "read" => println!("{}", said(fs::read_to_string(what))),
            "write" => println!("{}", said(fs::write(what, "written").map(|()| "written".to_owned()))),
            "list" => println!(
                "{}",
                said(fs::read_dir(what).map(|entries| {
                    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
                    let mut names: Vec<_> = names.collect();
                    names.sort();
                    names.join(",")
                }))
            ),
            "connect" => {
                println!("{}", said(std::net::TcpStream::connect(what).map(|_| "connected".to_owned())))
            }
            "print" => println!("{}", what.replace("\\n", "\n").replace("\\e", "\u{1b}")),
            "log" => eprintln!("{}", what.replace("\\n", "\n").replace("\\e", "\u{1b}")),
            "bytes" => std::io::stdout().write_all(&[0xff, 0, 0xfe]).unwrap(),
            other => panic!("no step is called {other}"),
        }
    }
}

fn said(result: std::io::Result<String>) -> String {
    result.unwrap_or_else(|error| format!("refused: {:?}", error.kind()))
}
