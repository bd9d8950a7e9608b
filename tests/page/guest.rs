//! A command that ends as its input says: a word, and what it is about.

use std::hint::black_box;
use std::io::Read;

fn main() {
    let mut input = String::new();
    std::io::stdin().read_to_string(&mut input).unwrap();
    let (word, rest) = input.split_once(' ').unwrap_or((&input, ""));
    match word {
        // So many thousand rounds.
        "work" => work(rest.trim().parse().unwrap()),
        // It has so many KiB for a moment.
        "hold" => drop(black_box(vec![1_u8; rest.trim().parse::<usize>().unwrap() << 10])),
        "email" => check_email(rest),
        "price" => {
            eprintln!("reading the price list\nrow {rest} has no price");
            std::process::exit(3)
        }
        "index" => find_shelf(rest.trim().parse().unwrap()),
        "spin" => work(u64::MAX),
        // So many KiB of hostile text, and a message of its own.
        "hostile" => {
            let (kib, text) = rest.split_once(' ').unwrap();
            let long = text.repeat((kib.parse::<usize>().unwrap() << 10) / text.len() + 1);
            eprintln!("{long}");
            panic!("{long}")
        }
        other => panic!("no word {other}"),
    }
}

#[inline(never)]
fn check_email(email: &str) {
    if !email.contains('@') {
        panic!("no @ in email \"{email}\"");
    }
}

#[inline(never)]
fn find_shelf(number: usize) {
    println!("{}", [1, 2, 3][number]);
}

fn work(thousands: u64) {
    for round in 0..thousands.saturating_mul(1000) {
        black_box(round);
    }
}
