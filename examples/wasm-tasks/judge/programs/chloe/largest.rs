use std::io;

fn main() {
    let mut line = String::new();
    io::stdin().read_line(&mut line).unwrap();
    let numbers: Vec<i64> = line.split_whitespace().map(|word| word.parse().unwrap()).collect();
    let [n, mut x, a, c, m, h] = numbers[..] else { panic!("six numbers are needed") };
    let (mut best, mut total) = (0, 0);
    for _ in 0..n {
        total = (total + x - h).max(0);
        best = best.max(total);
        x = (a * x + c) % m;
    }
    if best > 0 { println!("{best}") } else { println!("loss") }
}
