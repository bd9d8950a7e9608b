//! An output validator of the problem package format: `INPUT ANSWER FEEDBACK_DIR [FLAGS]`, with the
//! output of a program on stdin, or the program itself if the flag `talk` is given. The words of the
//! answer file say what it does, one after the other, apart by `;`.

use std::fs;
use std::io::{self, BufRead, Read, Write};
use std::path::Path;
use std::process::exit;

/// Thinks of the number that the input names; says whether the program finds it in seven guesses.
fn talk(secret: u32) -> bool {
    println!("1 100 good");
    for line in io::stdin().lock().lines().take(7) {
        let Ok(guess) = line.unwrap().parse::<u32>() else { return false };
        if guess == secret {
            println!("right");
            return true;
        }
        println!("{}", if guess < secret { "more" } else { "less" });
        io::stdout().flush().unwrap();
    }
    false
}

/// Writes until nothing more goes in; says how much did, and why it ended.
fn fill(folder: &Path) -> String {
    let mut file = fs::File::create(folder.join("judgemessage.txt")).unwrap();
    let block = vec![b'x'; 1 << 20];
    for written in 0..4096 {
        if let Err(error) = file.write_all(&block) {
            return format!("{written} MiB, {:?}", error.kind());
        }
    }
    "4 GiB".to_owned()
}

fn look(path: &str) -> String {
    match fs::read_dir(path) {
        Ok(entries) => format!("{path} has {}", entries.count()),
        Err(_) => format!("{path} is closed"),
    }
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [input, answer, feedback, flags @ ..] = &args[..] else { panic!("{args:?}") };
    assert!(feedback.ends_with('/') && Path::new(feedback).is_dir(), "{feedback}");
    let (input, answer) = (fs::read(input).unwrap(), fs::read_to_string(answer).unwrap());
    let feedback = Path::new(feedback);
    let is_talk = flags.iter().any(|flag| flag == "talk");
    let mut output = Vec::new();
    let is_found = if is_talk {
        talk(String::from_utf8_lossy(&input).trim().parse().unwrap())
    } else {
        io::stdin().read_to_end(&mut output).unwrap();
        false
    };
    let write = |name: &str, text: &str| fs::write(feedback.join(name), text).unwrap();
    for step in answer.trim_end().split(';') {
        let (word, rest) = step.split_once(' ').unwrap_or((step, ""));
        match word {
            "found" => exit(if is_found { 42 } else { 43 }),
            "same" => exit(if output == format!("{rest}\n").into_bytes() { 42 } else { 43 }),
            "message" => write("judgemessage.txt", rest),
            "team" => write("teammessage.txt", rest),
            "score" => write("score.txt", rest),
            "multiplier" => write("score_multiplier.txt", rest),
            "stderr" => eprintln!("{rest}"),
            "stdout" => println!("{rest}"),
            "flags" => write("judgemessage.txt", &flags.join("|")),
            "input" => fs::write(feedback.join("judgemessage.txt"), &input).unwrap(),
            "output" => fs::write(feedback.join("judgemessage.txt"), &output).unwrap(),
            "fill" => eprintln!("{}", fill(feedback)),
            "many" => {
                let made = (0..100_000).take_while(|at| fs::write(feedback.join(at.to_string()), "").is_ok());
                eprintln!("{}", if made.count() < 100_000 { "some" } else { "all" });
            }
            "looks" => {
                let env: Vec<(String, String)> = std::env::vars().collect();
                let above = fs::read(feedback.join("../../etc/passwd")).is_ok();
                let seen = ["/", "/etc", "/granted"].map(look).join(", ");
                write("judgemessage.txt", &format!("{seen}; above: {above}; {env:?}"));
            }
            "leaves" => fs::write(feedback.join("../left"), "x").unwrap(),
            "left" => {
                let there = feedback.join("../left").exists() || feedback.join("score.txt").exists();
                write("judgemessage.txt", if there { "something is left" } else { "nothing is left" });
            }
            "folder" => {
                fs::remove_file(feedback.join("judgemessage.txt")).unwrap();
                fs::create_dir(feedback.join("judgemessage.txt")).unwrap();
            }
            "exit" => exit(rest.parse().unwrap()),
            "trap" => std::process::abort(),
            "loop" => loop {
                std::hint::black_box(0);
            },
            other => panic!("{other}"),
        }
    }
}
