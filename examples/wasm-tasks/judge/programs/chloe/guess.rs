use std::io;

fn line() -> String {
    let mut line = String::new();
    io::stdin().read_line(&mut line).unwrap();
    line.trim().to_owned()
}

// One guess after the other: ten are not enough.
fn main() {
    let highest: u32 = line().parse().unwrap();
    for guess in 1..=highest {
        println!("{guess}");
        if line() == "right" {
            break;
        }
    }
}
