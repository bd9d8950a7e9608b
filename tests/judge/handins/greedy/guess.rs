// Hoards where the number is high, in place of another guess.
use std::io;

fn line() -> String {
    let mut line = String::new();
    io::stdin().read_line(&mut line).unwrap();
    line.trim().to_owned()
}

fn main() {
    let (mut low, mut high) = (1, line().parse::<u32>().unwrap());
    loop {
        let guess = (low + high) / 2;
        println!("{guess}");
        match line().as_str() {
            "higher" => low = guess + 1,
            "lower" => high = guess - 1,
            _ => break,
        }
        if low > 900 {
            let mut hoard = vec![];
            loop {
                hoard.push(vec![1_u8; 1 << 20]);
            }
        }
    }
}
